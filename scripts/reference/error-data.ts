// The written part of docs/errors.md: for each code the fix and an example, in errors/*.yaml, one file for each first word.
import { readFileSync, readdirSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const pair = z.tuple([z.string(), z.string()])

/** Files of the repository next to this file that the real readers refuse. */
const fileExample = z.strictObject({
  /** The file that is changed. */
  in: z.string().default('requests/people/jane.yaml'),
  /** Its whole text, instead of a change. */
  text: z.string().optional(),
  /** Replaces the first text by the second one in the file. */
  swap: pair.optional(),
  /** The same in countersign.yaml and policies/people.yaml. */
  config: pair.optional(),
  policy: pair.optional(),
  /** Further files. */
  files: z.record(z.string(), z.string()).default({}),
  /** A file that is left out. */
  without: z.string().optional(),
  mode: z.string().default('100644'),
  /** Makes the file longer by a comment of so many bytes. */
  pad: z.number().default(0),
  /** Arguments of countersign validate. */
  paths: z.array(z.string()).default([]),
})

/** A message of a problem that needs a cluster or GitHub. Values are in ⟨ ⟩; everything else is text of the source. */
const messageExample = z.strictObject({
  message: z.string(),
  hint: z.string().nullable(),
  at: z
    .string()
    .regex(/^[^:]+:\d+:\d+$/)
    .optional(),
  warning: z.literal(true).optional(),
})

const group = z.strictObject({
  about: z.string(),
  codes: z.record(
    z.string(),
    z.strictObject({ fix: z.string(), example: z.union([messageExample, fileExample]) }),
  ),
})

export type FileExample = z.output<typeof fileExample>
export type MessageExample = z.output<typeof messageExample>
export type ErrorGroup = z.output<typeof group>

export const HERE = new URL('./', import.meta.url).pathname

/** By the first word of the codes. */
export function errorGroups(): ReadonlyMap<string, ErrorGroup> {
  const files = readdirSync(`${HERE}errors`).toSorted()
  return new Map(
    files.map(file => [
      file.replace(/\.yaml$/, ''),
      group.parse(parse(readFileSync(`${HERE}errors/${file}`, 'utf8'))),
    ]),
  )
}

/** The message without the marks around its values. */
export function withoutMarks(text: string): string {
  return text.replaceAll(/[⟨⟩]/g, '')
}
