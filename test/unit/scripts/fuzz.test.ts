// The readers that meet bytes of strangers: no input makes one of them throw. `npm run fuzz` asks for longer; what it finds is kept
// below test/fixtures/fuzz and asked here for ever.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { chanceOf, mutated } from '../../../scripts/fuzz/mutate.mjs'
import { seedsOf } from '../../../scripts/fuzz/seeds.mjs'
import { targetsOf } from '../../../scripts/fuzz/targets.mjs'
import { nodeKeys } from '../../../src/adapters/node-keys.ts'
import { parseConfig } from '../../../src/config/parse.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { inspectFile } from '../../../src/flow/inspect-file.ts'
import { parsePolicy } from '../../../src/policy/parse.ts'
import { parseRequest } from '../../../src/request/parse.ts'
import { readCertificate, readCertificates } from '../../../src/x509/certificate.ts'
import { readName } from '../../../src/x509/name.ts'
import { decodePem, decodePemBlocks } from '../../../src/x509/pem.ts'
import { readPkcs10 } from '../../../src/x509/pkcs10.ts'
import { readPublicKey } from '../../../src/x509/public-key.ts'
import { readSans } from '../../../src/x509/san.ts'

const FOUND = new URL('../../fixtures/fuzz/', import.meta.url)
const RUNS = 400
const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)
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

describe.each(TARGETS.map(target => [target.name, target] as const))('%s', (_, target) => {
  test(`answers whatever it is given (FC_SEED=${SEED})`, () => {
    const chance = chanceOf(SEED)
    const seeds = seedsOf(target)
    expect(seeds.length).toBeGreaterThan(0)
    for (let run = 0; run < RUNS; run++) {
      const bytes = mutated(seeds, chance)
      expect(() => target.read(bytes)).not.toThrow()
    }
  })
})

const cases = existsSync(FOUND) ? readdirSync(FOUND) : []

test('every case that was found is answered', () => {
  for (const name of cases) {
    const target = TARGETS.find(each => name.startsWith(`${each.name}.`))
    expect(() => target!.read(readFileSync(new URL(name, FOUND)))).not.toThrow()
  }
})
