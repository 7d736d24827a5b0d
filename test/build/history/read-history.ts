// A history file → History. Strict: an unknown part is an error that names the file and the member.
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { CODES } from '../../../src/domain/problem-codes.ts'
import type { Content, Expected, FileChanges, Given, History, Verdict } from './history.ts'
import { UNREADABLE } from './history.ts'
import { tell } from './tell.ts'
import type { Deed } from './history.ts'

export const HISTORIES = new URL('../../fixtures/histories/', import.meta.url).pathname

/** Every history of the folder, by name; or those of the given names. */
export function readHistories(
  folder: string = HISTORIES,
  names: readonly string[] | null = null,
): readonly History[] {
  const files = readdirSync(folder).filter(name => name.endsWith('.yaml'))
  const all = files.toSorted().map(name => basename(name, '.yaml'))
  return (names ?? all).map(name =>
    readHistory(name, readFileSync(join(folder, `${name}.yaml`), 'utf8')),
  )
}

/** Throws an Error with every reason why the text is not a history. */
export function readHistory(name: string, text: string): History {
  const document = parseDocument(text, { uniqueKeys: true })
  if (document.errors.length > 0)
    throw new Error(`${name}.yaml: ${document.errors.map(({ message }) => message).join('\n')}`)
  const read = HISTORY.safeParse(document.toJS())
  if (!read.success)
    throw new Error(
      `${name}.yaml: ${read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')}`,
    )
  return { name, ...read.data }
}

/** One step of a history file. */
export function readDeed(raw: unknown): Deed {
  return deed.parse(raw)
}

/** The start of a history, as in its file. */
export function readGiven(raw: unknown): Given {
  return given.parse(raw)
}

const removed = z.literal('removed').transform((): Content => ({ kind: 'removed' }))
const usual = z.literal('usual').transform((): Content => ({ kind: 'usual', changes: {} }))
const asAt = z
  .string()
  .regex(/^as at [a-z][a-z0-9-]*( in \S+)?$/)
  .transform((said): Content => {
    const [, mark = '', path = null] = /^as at (\S+)(?: in (\S+))?$/.exec(said) ?? []
    return { kind: 'asAt', mark, path }
  })
const whole = z.string().transform((text): Content => ({ kind: 'text', text, mode: '100644' }))
const special = z
  .strictObject({ text: z.string(), mode: z.enum(['100644', '100755', '120000']) })
  .transform((said): Content => ({ kind: 'text', ...said }))
const changed = z
  .record(z.string(), z.unknown())
  .transform((changes): Content => ({ kind: 'usual', changes }))

const content = z.union([removed, usual, asAt, special, whole, changed])
const files = z.record(z.string(), content).transform((said): FileChanges => said)

const code = z.string().refine(value => value in CODES, 'is no code of src/domain/problem-codes.ts')
const codes = z
  .string()
  .transform(value => value.split(/,\s*|\s+/))
  .pipe(z.array(code).min(1))
const plainVerdict = z
  .enum(['approved', 'kept', 'nothing'])
  .transform((kind): Verdict => ({ kind }))
const refused = codes.transform((found): Verdict => ({ kind: 'refused', codes: found, says: [] }))
const refusedSaying = z
  .strictObject({ refused: codes, says: z.union([z.string(), z.array(z.string())]) })
  .transform((said): Verdict => ({
    kind: 'refused',
    codes: said.refused,
    says: [said.says].flat(),
  }))
const verdict = z.union([plainVerdict, refused, refusedSaying])

const NOTHING: Expected = { requests: {}, run: [], warnings: [], at: null }
const expectedOfAll = z
  .object({
    'the run': codes.optional(),
    warnings: codes.optional(),
    at: z.string().optional(),
  })
  .catchall(verdict)
  .transform(({ 'the run': run = [], warnings = [], at = null, ...requests }): Expected => ({
    requests: requests as Readonly<Record<string, Verdict>>,
    run,
    warnings,
    at,
  }))
/** A verdict without a name is for jane. */
const expected = z.union([
  verdict.transform((jane): Expected => ({ ...NOTHING, requests: { jane } })),
  expectedOfAll,
])

const sentence = z.string().transform((said, context) => told(said, null, context))
const withBody = z
  .record(z.string(), z.unknown())
  .refine(
    value => Object.keys(value).length === 1,
    'a deed is one sentence, with files behind a colon',
  )
  .transform((value, context): Deed => {
    const [[said, body] = ['', null]] = Object.entries(value)
    const found = /^countersign finds(?: at ([a-z][a-z0-9-]*))?$/.exec(said)
    if (found !== null) {
      const read = expected.safeParse(body)
      if (!read.success) return wrong(read.error.message, context)
      return { kind: 'find', at: found[1] ?? null, expect: read.data, said }
    }
    const read = files.safeParse(body)
    return read.success ? told(said, read.data, context) : wrong(read.error.message, context)
  })

function told(said: string, body: FileChanges | null, context: z.RefinementCtx): Deed {
  try {
    return tell(said, body)
  } catch (cause) {
    return wrong(cause instanceof Error ? cause.message : String(cause), context)
  }
}

function wrong(message: string, context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

/** Distinguished first, so that errors belong to the right kind. */
const deed = z.unknown().transform((value, context): Deed => {
  const read = (typeof value === 'string' ? sentence : withBody).safeParse(value)
  return read.success
    ? read.data
    : wrong(read.error.issues.map(({ message }) => message).join('\n'), context)
})

const given = z
  .strictObject({
    files: files.default({}),
    rights: z
      .record(z.string(), z.enum(['admin', 'maintain', 'write', 'triage', 'read', 'none']))
      .default({}),
    teams: z.record(z.string(), z.array(z.string())).default({}),
    rulesets: z
      .array(
        z.strictObject({
          requiredApprovals: z.int().default(0),
          requiredReviewers: z
            .array(
              z.strictObject({
                filePatterns: z.array(z.string()),
                minimumApprovals: z.int(),
                team: z.string(),
              }),
            )
            .default([]),
        }),
      )
      .default([]),
    unreadable: z.array(z.enum(UNREADABLE)).default([]),
    visibility: z.enum(['public', 'private']).default('private'),
    commitIdMoves: z.enum(['never', 'patch-identical', 'always']).default('never'),
  })
  .prefault({})

const HISTORY = z.strictObject({
  title: z.string().min(1).max(90),
  about: z.string().min(1),
  elsewhere: z
    .strictObject({ wouldIssue: z.array(z.string()) })
    .nullable()
    .default(null),
  given,
  steps: z.array(deed),
  expect: expected,
})
