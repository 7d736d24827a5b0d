// cfssl's csr package and countersign read the same JSON: both find the same subject bytes, alternative names and key, or both
// refuse. docs/reference/request-formats.md explains what only we refuse. RUNS=… sets the number of files.
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { RequestSpec } from '../../../src/domain/request/request.ts'
import { parseRequest } from '../../../src/core/request/parse-request.ts'
import { encodeName } from '../../../src/lib/x509/x500-name.ts'
import { encodeSans } from '../../../src/lib/x509/general-names.ts'
import { requestFile } from '../../build/request.ts'
import { cfsslJson } from './cfssl-config.ts'
import { CFSSL_DIFFERENCES } from './cfssl-differences.ts'
import type { CfsslVerdict } from './cfssl-judge.ts'
import { askCfssl, cfsslJudge } from './cfssl-judge.ts'
import { ASKED_RUNS, ASKED_SEED, runs } from '../../build/extent.ts'

const RUNS = runs(1000)
/** Part of the test's title, so that a failure can be repeated. */
const SEED = ASKED_SEED ?? Date.now() % 2 ** 31
const counts = new Map<string, number>()
afterAll(() => {
  if (ASKED_RUNS !== null)
    process.stderr.write(`${JSON.stringify(Object.fromEntries(counts), null, 2)}\n`)
})

const describeWithCfssl = cfsslJudge === null ? describe.skip : describe
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

function count(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

/** Our result in the shape of a verdict. */
function ours({ subject, sans, privateKey }: RequestSpec, theirs: CfsslVerdict): CfsslVerdict {
  const { algorithm, size } = privateKey ?? { algorithm: 'ECDSA', size: 256 }
  return {
    ok: true,
    error: '',
    subject: hex(encodeName(subject)),
    sans: sans.length === 0 ? '' : hex(encodeSans(sans)),
    extensions: [],
    algorithm: algorithm.toLowerCase(),
    // cfssl does not validate the size and keeps it.
    size: size ?? theirs.size,
  }
}

describeWithCfssl('cfssl', () => {
  test(`cfssl and countersign make the same request of a JSON file, or both refuse it (FC_SEED=${SEED})`, () => {
    const texts = fc.sample(cfsslJson, { numRuns: RUNS, seed: SEED })
    const verdicts = askCfssl(cfsslJudge!, texts)
    for (const [index, theirs] of verdicts.entries()) {
      const text = texts[index]!
      const result = parseRequest(requestFile(text, { path: 'requests/a.json' }), 'requests')
      if (result.ok) {
        expect({ text, ...ours(result.value.spec, theirs) }).toEqual({ text, ...theirs })
        count('both take it')
        continue
      }
      count(theirs.ok ? 'only we refuse' : 'both refuse')
      if (!theirs.ok) continue
      const known = result.problems
        .map(({ message }) => CFSSL_DIFFERENCES.find(each => each.message.test(message)))
        .find(reason => reason !== undefined)
      expect({ text, why: known?.why ?? result.problems }).toEqual({
        text,
        why: expect.any(String),
      })
      count(`only we refuse: ${known?.why}`)
    }
  })
})

test('the documentation explains every difference to cfssl', () => {
  const text = readFileSync(
    new URL('../../../docs/reference/request-formats.md', import.meta.url),
    'utf8',
  )
  for (const { why } of CFSSL_DIFFERENCES) expect(text).toContain(why)
})
