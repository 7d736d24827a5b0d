// Go's crypto/x509 as a second opinion, asked about many requests at a time.
import { join } from 'node:path'
import { encodePem } from '../../../src/lib/x509/pem.ts'
import { askProgram, goProgram } from '../../build/go-program.ts'

export interface Verdict {
  readonly ok: boolean
  readonly error: string
  readonly subject: readonly (readonly { readonly oid: string; readonly value: string }[])[]
  readonly dns: readonly string[]
  readonly ips: readonly string[]
  readonly emails: readonly string[]
  readonly uris: readonly string[]
  readonly extensions: readonly string[]
  readonly key: string
  readonly signature: string
}

const judge = goProgram({
  name: 'x509-judge',
  module: join(import.meta.dirname, 'go'),
  judges: 'what Go reads in our requests is not compared',
})

export const hasGo = judge !== null

/** The facts that Go reads in each of these requests. */
export function askGo(requests: readonly Uint8Array[]): readonly Verdict[] {
  if (judge === null) throw new Error('there is no Go')
  const input = requests.map(der => encodePem('CERTIFICATE REQUEST', der)).join('')
  return askProgram(judge, input, requests.length) as readonly Verdict[]
}
