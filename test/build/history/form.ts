// One form of a sentence: a pattern with placeholders such as {who} and {branch}, and its deed.
import type { Authorship, Deed, FileChanges } from './history.ts'

/** A deed without its sentence. */
export type Told = Deed extends infer D ? (D extends unknown ? Omit<D, 'said'> : never) : never

interface Said {
  readonly words: readonly string[]
  readonly options: Options
  readonly files: FileChanges
}

export interface Form {
  /** The pattern, with placeholders such as {who} and {branch}. */
  readonly form: string
  readonly takesFiles: boolean
  readonly takesOptions: boolean
  readonly told: (said: Said) => Told
}

/** Options in parentheses after a push. */
export interface Options {
  readonly authorship: Authorship
  readonly from: string | null
  readonly merging: string | null
}

export function plain(form: string, told: (words: Words) => Told): Form {
  return {
    form,
    takesFiles: false,
    takesOptions: false,
    told: ({ words }) => told(words as unknown as Words),
  }
}

export function withFiles(form: string, told: (words: Words, files: FileChanges) => Told): Form {
  return {
    form,
    takesFiles: true,
    takesOptions: false,
    told: ({ words, files }) => told(words as unknown as Words, files),
  }
}

/** The values of the placeholders; a form has at most four. */
type Words = readonly [string, string, string, string]

export function push(form: string, isForced: boolean): Form {
  return {
    form,
    takesFiles: true,
    takesOptions: true,
    told: ({ words: [by = '', branch = ''], options, files }) => ({
      kind: 'push',
      by,
      branch,
      isForced,
      files,
      ...options,
    }),
  }
}
