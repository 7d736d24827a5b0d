// cfssl's csr package as a second opinion, asked about many files at a time.
import { join } from 'node:path'
import { askProgram, goProgram } from '../../build/go-program.ts'

export interface CfsslVerdict {
  readonly ok: boolean
  readonly error: string
  /** Hex of the subject. */
  readonly subject: string
  /** Hex of the value of subjectAltName; empty where there is none. */
  readonly sans: string
  /** OIDs of every other extension. */
  readonly extensions: readonly string[]
  readonly algorithm: string
  readonly size: number
}

/** The built judge; null if it cannot be built. */
export const cfsslJudge = goProgram({
  name: 'cfssl-judge',
  module: join(import.meta.dirname, 'go'),
  judges: 'what cfssl reads is not compared',
})

/** What cfssl makes of each of these JSON texts. */
export function askCfssl(binary: string, texts: readonly string[]): readonly CfsslVerdict[] {
  return askProgram(
    binary,
    texts.map(text => `${JSON.stringify(text)}\n`).join(''),
    texts.length,
  ) as readonly CfsslVerdict[]
}
