import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../../src/domain/secret.ts'
import type { ArtifactSink } from '../../../src/domain/sink.ts'
import { artifactProblem, artifactTexts, runnerProblems } from '../../../src/sink/artifact.ts'
import type { Parcel } from '../../../src/sink/layout.ts'
import { approvedStep } from '../../build/approved.ts'
import { effective, secretSink } from '../../build/effective.ts'
import { authority, pemOf } from '../../build/issued.ts'

const root = authority('root')
const intermediate = root.authority('intermediate')
const leaf = intermediate.issue()
const KEY = 'the key'

function sink(changes: Partial<ArtifactSink> = {}): ArtifactSink {
  return { kind: 'artifact', name: 'jane', format: null, recipients: [], ...changes }
}

function files(changes: Partial<Parcel> = {}): Record<string, string> {
  const texts = artifactTexts({
    approved: approvedStep(),
    owner: 'acme',
    n: 1,
    chain: { leaf, intermediates: [intermediate.certificate] },
    key: null,
    signerCa: pemOf(root.certificate),
    ...changes,
  })
  return Object.fromEntries(texts.map(({ name, text }) => [name, text]))
}

describe('an artifact', () => {
  test('holds leaf and intermediates under the name of the request, and the CA of the signer', () => {
    expect(files()).toEqual({
      'jane.crt': pemOf(leaf, intermediate.certificate),
      'ca.crt': pemOf(root.certificate),
    })
  })

  test('holds the certificate alone where nobody told the CA', () => {
    expect(Object.keys(files({ signerCa: null }))).toEqual(['jane.crt'])
  })

  test('of a request called ca holds both all the same', () => {
    const approved = approvedStep(effective({ name: 'ca' }))
    expect(Object.keys(files({ approved }))).toEqual(['ca.crt', 'signer-ca.crt'])
  })

  test('never holds a key', () => {
    expect(Object.values(files({ key: new Secret(KEY) })).join('')).not.toContain(KEY)
  })
})

describe('artifactProblem', () => {
  test.each([
    ['a certificate', sink(), false, undefined],
    ['a certificate, said to be pem', sink({ format: 'pem' }), false, undefined],
    ['a certificate as pkcs12', sink({ format: 'pkcs12' }), false, 'SINK_UNSUPPORTED'],
    ['a certificate for recipients', sink({ recipients: ['age1x'] }), false, 'SINK_UNSUPPORTED'],
    ['a key for recipients', sink({ recipients: ['age1x'] }), true, 'SINK_UNSUPPORTED'],
    ['a key for everybody', sink(), true, 'SINK_RECIPIENTS'],
  ])('of %s', (_, asked, hasKey, code) => {
    expect(artifactProblem(asked, hasKey)?.code).toBe(code)
  })
})

describe('runnerProblems', () => {
  test('names each sink that only a workflow run can write', () => {
    const sinks = [secretSink(), sink(), { kind: 'kubeconfig', into: sink({ name: 'k' }) }] as const
    expect(runnerProblems(effective({ sinks }))).toMatchObject([
      { code: 'SINK_NO_RUNNER', message: expect.stringContaining('the artifact jane can only') },
      { code: 'SINK_NO_RUNNER', message: expect.stringContaining('the artifact k can only') },
    ])
  })

  test('has nothing to say of Secrets', () => {
    expect(runnerProblems(effective())).toEqual([])
  })
})
