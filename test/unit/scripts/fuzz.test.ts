// The readers of untrusted bytes: no input makes one of them throw. `npm run fuzz` runs longer; what it finds is kept
// below test/fixtures/fuzz and tested here.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { chanceOf, mutated } from '../../../scripts/fuzz/mutate.mjs'
import { seedsOf } from '../../../scripts/fuzz/seeds.mjs'
import { targetsOf } from '../../../scripts/fuzz/targets.mjs'
import { nodeKeys } from '../../../src/adapters/system/node-keys.ts'
import { parseConfig } from '../../../src/core/config/parse-config.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import { inspectFile } from '../../../src/workflows/inspect/inspect-file.ts'
import { parsePolicy } from '../../../src/core/policy/load-policies.ts'
import { parseRequest } from '../../../src/core/request/parse-request.ts'
import { readCertificate, readCertificates } from '../../../src/lib/x509/x509-certificate.ts'
import { readName } from '../../../src/lib/x509/x500-name.ts'
import { decodePem, decodePemBlocks } from '../../../src/lib/x509/pem.ts'
import { readPkcs10 } from '../../../src/lib/x509/pkcs10.ts'
import { readPublicKey } from '../../../src/lib/x509/public-key.ts'
import { readSans } from '../../../src/lib/x509/general-names.ts'
import { ASKED_SEED, runs } from '../../build/extent.ts'

const FOUND = new URL('../../fixtures/fuzz/', import.meta.url)
const RUNS = runs(400, 60)
const SEED = ASKED_SEED ?? Date.now() % 2 ** 31
const TARGETS = targetsOf({
  Secret,
  nodeKeys,
  parseConfig,
  inspectFile,
  parsePolicy,
  parseRequest,
  readCertificate,
  readCertificates,
  readName,
  decodePem,
  decodePemBlocks,
  readPkcs10,
  readPublicKey,
  readSans,
})

describe.each(TARGETS.map(target => [target.name, target] as const))(
  'the fuzz target %s',
  (name, target) => {
    test(`the reader of ${name} never throws (FC_SEED=${SEED})`, () => {
      const chance = chanceOf(SEED)
      const seeds = seedsOf(target)
      expect(seeds.length).toBeGreaterThan(0)
      for (let run = 0; run < RUNS; run++) {
        const bytes = mutated(seeds, chance)
        expect(() => target.read(bytes)).not.toThrow()
      }
    })
  },
)

const cases = existsSync(FOUND) ? readdirSync(FOUND) : []

test('every saved case is read without an exception', () => {
  for (const name of cases) {
    const target = TARGETS.find(each => name.startsWith(`${each.name}.`))
    expect(() => target!.read(readFileSync(new URL(name, FOUND)))).not.toThrow()
  }
})
