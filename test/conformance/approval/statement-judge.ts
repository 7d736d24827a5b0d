// The Go types of in-toto as a second opinion on Statements, with RFC 8785 and crypto/x509 of others.
import { join } from 'node:path'
import { askProgram, goProgram } from '../../build/go-program.ts'

export interface StatementQuestion {
  readonly statement: string
  /** PEM. */
  readonly certificate: string
}

const judge = goProgram({
  name: 'statement-judge',
  module: join(import.meta.dirname, 'statement'),
  judges: 'what in-toto reads in our Statements is not compared',
})

export const hasJudge = judge !== null

/** For each question an empty text, or why it is no Statement about the certificate. */
export function askInToto(questions: readonly StatementQuestion[]): readonly unknown[] {
  if (judge === null) throw new Error('there is no Go')
  const input = questions.map(each => JSON.stringify(each)).join('\n')
  return askProgram(judge, input, questions.length)
}
