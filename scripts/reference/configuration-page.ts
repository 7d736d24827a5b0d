// docs/reference/configuration.md: every field of the four formats, from the schemas of their readers.
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { CONFIG_SCHEMA } from '../../src/core/config/config-schema.ts'
import { INVENTORY_SCHEMA } from '../../src/core/pending/load-inventory.ts'
import { POLICY_SCHEMA } from '../../src/core/policy/schema/policy-schema.ts'
import { OWN_REQUEST_SCHEMA } from '../../src/core/request/own/own-schema.ts'
import { jsonSchemaText } from '../../src/lib/schema/json-schema.ts'
import { membersOf, writtenDefaults } from './configuration-members.ts'
import type { Member, Place } from './configuration-members.ts'
import { HERE } from './error-data.ts'
import { cell, code, fromTemplate, table } from './template.ts'

/** By the kind of the file. A structure that two formats share belongs to the first one. */
const FORMATS: Readonly<Record<string, z.ZodType>> = {
  CertificateRequest: OWN_REQUEST_SCHEMA,
  Config: CONFIG_SCHEMA,
  CertificateRequestPolicy: POLICY_SCHEMA,
  NodeInventory: INVENTORY_SCHEMA,
}

export function configurationPage(): string {
  const tables = [...membersByKind()].map(([kind, members]) => [kind, membersTable(kind, members)])
  const example = readFileSync(`${HERE}countersign.yaml`, 'utf8').trimEnd()
  return fromTemplate('configuration', {
    example: `\`\`\`yaml\n# countersign.yaml\n${example}\n\`\`\``,
    ...Object.fromEntries(tables),
  })
}

/** The fields of each format. A structure of an earlier format is not repeated. */
export function membersByKind(): ReadonlyMap<string, readonly Member[]> {
  const seen = new Map<string, Place>()
  const all = new Map(
    Object.entries(FORMATS).map(([kind, schema]) => {
      const text = jsonSchemaText(schema, { file: kind, title: kind })
      return [kind, membersOf(text, kind, seen)]
    }),
  )
  const config = all.get('Config') ?? []
  return all.set('Config', withoutShared(config, all.get('CertificateRequest') ?? []))
}

const DEFAULTS = 'defaults[].spec'

/** Defaults have fields of requests, which are explained there. */
function withoutShared(config: readonly Member[], request: readonly Member[]): readonly Member[] {
  const isShared = ({ path }: Member): boolean =>
    path.startsWith(`${DEFAULTS}.`) &&
    request.some(each => each.path === path.replace('defaults[].', ''))
  const names = config.filter(isShared).map(({ path }) => code(path.slice(DEFAULTS.length + 1)))
  return config
    .filter(member => !isShared(member))
    .map(member => {
      if (member.path !== DEFAULTS) return member
      const more = `Fields of \`spec\` of CertificateRequest: ${names.join(', ')}.`
      return { ...member, meaning: `${member.meaning} ${more}` }
    })
}

function membersTable(kind: string, members: readonly Member[]): string {
  const written = writtenDefaults()[kind] ?? {}
  const rows = members.map(({ path, type, isRequired, meaning, default: said }) => {
    const fallback = isRequired ? 'required' : defaultCell(said ?? written[path] ?? '')
    return [code(path), cell(type), fallback, cell(meaning)]
  })
  return table(['field', 'type', 'default', 'meaning'], rows)
}

/** Values as code, sentences as text. */
function defaultCell(text: string): string {
  return text === '' || /[ `]/.test(text) ? cell(text) : code(text)
}
