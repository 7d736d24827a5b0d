// Check of a located value against a zod schema: the value with the schema's type, or every fault at its exact value or key.
// json-schema.ts makes the JSON Schema for editors from the same schema, so both always agree.
import { z } from 'zod'
import { textOrNull } from '../../domain/json-text.ts'
import type { Code } from '../../domain/problem-codes.ts'
import { CODES } from '../../domain/problem-codes.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { checked, ok } from '../../domain/problem.ts'
import { quoted } from '../source/hidden-characters.ts'
import { didYouMean } from '../source/did-you-mean.ts'
import { fieldsAt } from './schema-fields.ts'
import type { Path, YamlTree } from '../source/located-values.ts'
import { dotted, keyPlace, memberAt, valuePlace } from '../source/located-values.ts'
import { hintForType } from './type-hint.ts'

// A run checks few values with each schema: compiling the schema first takes longer than it saves.
z.config({ jitless: true })

export interface SchemaRules {
  /** A request file: only in it, problems keep the codes of requests that shared members have. */
  readonly isRequest?: boolean
  /** A better answer than "does not exist" for some unknown fields, or null. */
  readonly unknownField?: (path: Path, field: string) => Omit<Problem, 'at'> | null
}

/** Parameters of a custom issue: its code (without one: a bad value), and what to do about it. */
export interface ShapeFault {
  readonly message: string
  readonly code?: Code
  readonly hint?: string | null
  /** The path below the value that is checked. */
  readonly path?: (string | number)[]
  /** True to point to the key instead of the value. */
  readonly atKey?: boolean
}

/** A custom issue for superRefine; `readSchema` turns it back into a problem. */
export function fault({ message, path = [], ...params }: ShapeFault) {
  return { code: 'custom' as const, message, path, params }
}

/** Checks the value of a file against a schema. All faults, in the order of the file. */
export function readSchema<S extends z.ZodType>(
  schema: S,
  tree: YamlTree,
  rules: SchemaRules = {},
): Checked<z.output<S>> {
  const result = schema.safeParse(tree.root.value)
  if (result.success) return ok(result.data)
  const problems = result.error.issues.flatMap(issue => problemsOf(issue, schema, tree, rules))
  return checked(problems, () => {
    throw new Error('zod refused without an issue')
  })
}

function problemsOf(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  tree: YamlTree,
  rules: SchemaRules,
): readonly Problem[] {
  const path = issue.path.map(step => (typeof step === 'symbol' ? String(step) : step))
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => unknownField(key, path, schema, tree, rules))
    case 'invalid_type':
      return [wrongType(issue.expected, path, tree, rules)]
    case 'invalid_key':
      return issue.issues.map(inner => ({
        ...valueProblem(inner, path, tree, rules),
        at: keyPlace(tree, path),
      }))
    case 'invalid_union':
      return issue.errors.slice(0, 1).flatMap(first =>
        first.flatMap(inner => {
          const below = { ...inner, path: [...issue.path, ...inner.path] }
          return problemsOf(below, schema, tree, rules)
        }),
      )
    default:
      return [valueProblem(issue, path, tree, rules)]
  }
}

function unknownField(
  field: string,
  path: Path,
  schema: z.ZodType,
  tree: YamlTree,
  rules: SchemaRules,
): Problem {
  const at = keyPlace(tree, [...path, field])
  const better = rules.unknownField?.(path, field) ?? null
  if (better !== null) return { ...better, at }
  const fields = fieldsAt(schema, path)
  const owner = [...(memberAt(tree, path)?.children.keys() ?? [])]
    .flatMap(name => [
      [...path, name],
      [...path, name, 0],
    ])
    .find(below => fieldsAt(schema, below).includes(field))
  const further = `indent it further to make it a part of ${dotted(owner ?? [])}`
  const known = fields.length === 0 ? null : `fields here: ${fields.join(', ')}`
  return {
    code: 'FILE_FIELD_UNKNOWN',
    at,
    message: `${where(path)} has no field ${quoted(field)}`,
    hint: owner === undefined ? didYouMean(field, fields, known) : further,
  }
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a mapping'],
  ['record', 'a mapping'],
])

function wrongType(expected: string, path: Path, tree: YamlTree, rules: SchemaRules): Problem {
  const member = memberAt(tree, path)
  if (member === null) return missingField(path, tree)
  const { value } = member
  const wanted = TYPES.get(expected) ?? expected
  if (value === 'FILL-IN') return placeholder(path, tree, wanted)
  const isAccess = rules.isRequest === true && path.slice(-2).includes('access')
  const meant = isAccess && typeof value === 'string' ? value.replaceAll(ROLE, accessEntry) : value
  const at = valuePlace(tree, path)
  const { excerpt, column, length } = at
  const written = excerpt?.slice(column - 1, column - 1 + length) ?? String(value)
  return {
    code: 'FILE_FIELD_TYPE',
    at,
    message: `${where(path)} must be ${wanted}, got ${typeName(value)}`,
    hint: hintForType(expected, meant, path, written),
  }
}

const ROLE = /[^\s,]+/g

/** An entry of `access` in a request file, from one of `--access`. */
function accessEntry(text: string): string {
  const [role, namespace = 'NAMESPACE'] = text.split('@')
  return `{clusterRole: ${role}, ${namespace === '*' ? 'cluster: true' : `namespaces: [${namespace}]`}}`
}

/** A value that bootstrap could not find out, and that a person still has to fill in. */
function placeholder(path: Path, tree: YamlTree, wanted: string): Problem {
  const login = memberAt(tree, [...path.slice(0, -1), 'login'])?.value
  const whose = typeof login === 'string' && login !== 'FILL-IN' ? login : 'LOGIN'
  const isId = path.at(-1) === 'id'
  return {
    code: 'FILE_FIELD_TYPE',
    at: valuePlace(tree, path),
    message: `${where(path)} must be ${wanted} (got FILL-IN)`,
    hint: isId ? `run gh api users/${whose} --jq .id` : 'replace FILL-IN by the value',
  }
}

function missingField(path: Path, tree: YamlTree): Problem {
  const around = path.slice(0, -1)
  return {
    code: 'FILE_FIELD_REQUIRED',
    at: keyPlace(tree, around),
    message: `${where(around)} needs the field ${quoted(String(path.at(-1)))}`,
    hint: null,
  }
}

function valueProblem(
  issue: z.core.$ZodIssue,
  path: Path,
  tree: YamlTree,
  rules: SchemaRules,
): Problem {
  const params = issue.code === 'custom' ? (issue.params ?? {}) : {}
  const member = memberAt(tree, path)
  if (member === null && issue.code === 'invalid_value') return missingField(path, tree)
  const said = sayIssue(issue, path, member?.value)
  const atKey: unknown = params['atKey']
  return {
    code: codeOf(params['code'], rules),
    at: atKey === true ? keyPlace(tree, path) : valuePlace(tree, path),
    message: said.message,
    hint: textOrNull(params['hint']) ?? said.hint,
  }
}

interface Said {
  readonly message: string
  readonly hint: string | null
}

function sayIssue(issue: z.core.$ZodIssue, path: Path, value: unknown): Said {
  switch (issue.code) {
    case 'invalid_value':
      return sayChoice(issue.values.map(String), path, value)
    case 'too_small':
      return { message: sayBound(issue, path, 'least', issue.minimum), hint: null }
    case 'too_big':
      return { message: sayBound(issue, path, 'most', issue.maximum), hint: null }
    case 'not_multiple_of':
      return { message: `${where(path)} must be a multiple of ${issue.divisor}`, hint: null }
    default:
      return { message: issue.message, hint: null }
  }
}

function sayBound(
  issue: { readonly origin: string },
  path: Path,
  word: 'least' | 'most',
  bound: number | bigint,
): string {
  const unit =
    issue.origin === 'array' ? ' entries' : issue.origin === 'string' ? ' characters' : ''
  const verb = unit === '' ? 'must be' : 'must have'
  return `${where(path)} ${verb} at ${word} ${bound}${unit}`
}

function sayChoice(values: readonly string[], path: Path, value: unknown): Said {
  const given = typeof value === 'string' ? value : JSON.stringify(value)
  const all = values.length === 1 ? `it must be ${values[0]}` : `it takes ${values.join(', ')}`
  return {
    message: `${quoted(given)} is not a value of ${where(path)}`,
    hint: didYouMean(given, values, all),
  }
}

function codeOf(code: unknown, { isRequest = false }: SchemaRules): Code {
  if (typeof code !== 'string' || !isCode(code)) return 'FILE_FIELD_VALUE'
  return !isRequest && code.startsWith('REQUEST_') ? 'FILE_FIELD_VALUE' : code
}

function isCode(text: string): text is Code {
  return Object.hasOwn(CODES, text)
}

function where(path: Path): string {
  return path.length === 0 ? 'the file' : dotted(path)
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return TYPES.get(typeof value) ?? typeof value
}
