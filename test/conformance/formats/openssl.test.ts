// The openssl program and countersign read the same configurations: both find the same subject bytes, alternative names and
// usages, or both refuse. docs/reference/request-formats.md explains what only we refuse. RUNS=… sets the number of configurations and prints
// counts to stderr.
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { RequestSpec } from '../../../src/domain/request/request.ts'
import { extendedKeyUsageOf, keyUsageOf } from '../../../src/lib/kubernetes/usage-bits.ts'
import { parseRequest } from '../../../src/core/request/parse-request.ts'
import { namedBits } from '../../../src/lib/x509/der-write.ts'
import { KEY_USAGES } from '../../../src/lib/x509/extensions.ts'
import { encodeName } from '../../../src/lib/x509/x500-name.ts'
import { encodeSans } from '../../../src/lib/x509/general-names.ts'
import { requestFile } from '../../build/request.ts'
import { opensslConfiguration } from './openssl-config.ts'
import type { Made } from './openssl-judge.ts'
import { OpensslJudge } from './openssl-judge.ts'
import { DIFFERENCES } from './openssl-differences.ts'
import { ASKED_RUNS, runs } from '../../build/extent.ts'

const RUNS = runs(2000, 50)
const judge = new OpensslJudge()
const counts = new Map<string, number>()
afterAll(() => {
  judge.close()
  if (ASKED_RUNS !== null)
    process.stderr.write(`${JSON.stringify(Object.fromEntries(counts), null, 2)}\n`)
})

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Our result in the terms of openssl; usages are a set. */
function ours(spec: RequestSpec, theirs: Made): Made {
  const usages = spec.usages ?? []
  const bits = keyUsageOf(usages).map(name => KEY_USAGES.findIndex(known => known === name))
  return {
    subject: hex(encodeName(spec.subject)),
    sans: spec.sans.length === 0 ? '' : hex(encodeSans(spec.sans)),
    keyUsage: bits.length === 0 ? '' : hex(namedBits(bits)),
    purposes: extendedKeyUsageOf(usages).toSorted(),
    // Set by the signer, or without effect: basicConstraints without CA, a hash of the key.
    others: theirs.others.filter(id => id === '2.5.29.19' || id === '2.5.29.14'),
  }
}

function count(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

describe('the openssl program', () => {
  test('openssl and countersign make the same request of a configuration, or both refuse it', () => {
    fc.assert(
      fc.property(opensslConfiguration, configuration => {
        const result = parseRequest(
          requestFile(configuration, { path: 'requests/a.cnf' }),
          'requests',
        )
        const theirs = judge.ask(configuration)
        if (theirs === 'self-signed') return count('openssl refuses x509_extensions')
        if (result.ok) {
          expect(theirs).not.toBeNull()
          expect(ours(result.value.spec, theirs!)).toEqual(theirs)
          count('both take it')
          return
        }
        count(theirs === null ? 'both refuse' : 'only we refuse')
        if (theirs === null) return
        const reasons = result.problems.map(problem =>
          DIFFERENCES.find(({ message }) => message.test(problem.message)),
        )
        // At least one of our refusals is an explained one.
        const known = reasons.find(reason => reason !== undefined)
        expect(known?.why ?? result.problems).toEqual(expect.any(String))
        count(`only we refuse: ${known?.why}`)
      }),
      { numRuns: RUNS },
    )
  })

  test('the documentation explains every difference to openssl', () => {
    const text = readFileSync(
      new URL('../../../docs/reference/request-formats.md', import.meta.url),
      'utf8',
    )
    for (const { why } of DIFFERENCES) expect(text).toContain(why)
  })
})
