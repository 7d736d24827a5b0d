// The members of a format as rows for docs/reference/configuration.md, from the JSON Schema that its reader gives.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { HERE } from './error-data.ts'
import { sentence } from './template.ts'

/** The parts of a JSON Schema that the page shows. */
export interface Schema {
  readonly type?: string | undefined
  readonly description?: string | undefined
  readonly const?: string | boolean | undefined
  readonly enum?: readonly string[] | undefined
  readonly pattern?: string | undefined
  readonly format?: string | undefined
  readonly required?: readonly string[] | undefined
  readonly properties?: Readonly<Record<string, Schema>> | undefined
  readonly items?: Schema | undefined
  readonly additionalProperties?: boolean | Schema | undefined
  readonly anyOf?: readonly Schema[] | undefined
}

export interface Member {
  readonly path: string
  readonly type: string
  readonly isRequired: boolean
  readonly meaning: string
  /** From the description; null if it says none. */
  readonly default: string | null
}

const SCHEMA: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    description: z.string().optional(),
    const: z.union([z.string(), z.boolean()]).optional(),
    enum: z.array(z.string()).optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    required: z.array(z.string()).optional(),
    properties: z.record(z.string(), SCHEMA).optional(),
    items: SCHEMA.optional(),
    additionalProperties: z.union([z.boolean(), SCHEMA]).optional(),
    anyOf: z.array(SCHEMA).optional(),
  }),
)

/** Where a structure occurred first. */
export interface Place {
  readonly kind: string
  readonly path: string
}

function placeWords({ kind, path }: Place, here: string): string {
  return kind === here ? `\`${path}\`` : `\`${path}\` of ${kind}`
}

/** Longer lists of values are in the schema file. */
const MOST_VALUES = 10

/** Each member once: a structure that occurred before is a reference to that place. `seen`: structures of the page, by their text. */
export function membersOf(text: string, kind: string, seen: Map<string, Place>): readonly Member[] {
  const members: Member[] = []
  const visit = (schema: Schema, path: string): void => {
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      const at = path === '' ? name : `${path}.${name}`
      const inner = structureOf(child)
      const key = inner === null ? '' : JSON.stringify(inner.schema.properties)
      const before = inner === null ? undefined : seen.get(key)
      const [meaning, fallback] = splitDefault(child.description ?? '')
      const fields = before === undefined ? '' : ` Fields as in ${placeWords(before, kind)}.`
      members.push({
        path: at,
        type: typeOf(child),
        isRequired: (schema.required ?? []).includes(name),
        meaning: `${sentence(meaning)}${fields}`.trim(),
        default: fallback,
      })
      if (inner === null || before !== undefined) continue
      seen.set(key, { kind, path: `${at}${inner.suffix}` })
      visit(inner.schema, `${at}${inner.suffix}`)
    }
  }
  visit(SCHEMA.parse(JSON.parse(text)), '')
  return members
}

/** The object behind a member: itself, each entry of a list, or each value of a map. */
function structureOf(schema: Schema): { readonly schema: Schema; readonly suffix: string } | null {
  if (Object.keys(schema.properties ?? {}).length > 0) return { schema, suffix: '' }
  if (schema.items?.properties !== undefined) return { schema: schema.items, suffix: '[]' }
  const values = schema.additionalProperties
  return typeof values === 'object' && values.properties !== undefined
    ? { schema: values, suffix: '.NAME' }
    : null
}

function typeOf(schema: Schema): string {
  const { type, const: only, enum: values, items, pattern = '', anyOf } = schema
  if (only !== undefined) return `\`${String(only)}\``
  if (values !== undefined)
    return values.length > MOST_VALUES ? 'text' : values.map(value => `\`${value}\``).join(', ')
  if (anyOf !== undefined) return 'number or percentage'
  if (type === 'array')
    return `list of ${items?.properties === undefined ? typeOf(items ?? {}) : 'mappings'}`
  if (type === 'object') return 'mapping'
  if (type === 'boolean') return '`true`, `false`'
  if (type === 'integer') return 'number'
  if (pattern.startsWith('^(?:[0-9]|P)')) return 'duration'
  return schema.format === 'date' ? 'date' : 'text'
}

/** `Folder of the requests; requests where absent` has the default `requests`. */
function splitDefault(text: string): readonly [string, string | null] {
  const at = /^(.*?)[;,] (?:([^;,]+) (?:where|if) absent|where absent, ([^;]+))(?:, (.*))?$/.exec(
    text,
  )
  if (at === null) return [text, null]
  const [, meaning = '', before, after, rest] = at
  const value = before ?? after ?? ''
  return [rest === undefined ? meaning : `${meaning}; ${rest}`, value]
}

/** Defaults that no description says, by format and path. */
export function writtenDefaults(): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const said: unknown = parse(readFileSync(`${HERE}defaults.yaml`, 'utf8'))
  return z.record(z.string(), z.record(z.string(), z.string())).parse(said)
}
