import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import type { ArtifactSink } from '../../../../src/domain/request/sink.ts'
import { artifactProblem, artifactTexts } from '../../../../src/core/sink/artifact-content.ts'
import type { DeliveryPayload } from '../../../../src/core/sink/secret-layout.ts'
import { approvedStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { authority, pemOf } from '../../../build/issued.ts'

const root = authority('root')
const intermediate = root.authority('intermediate')
const leaf = intermediate.issue()
const KEY = 'the key'

function sink(changes: Partial<ArtifactSink> = {}): ArtifactSink {
  return { kind: 'artifact', name: 'jane', format: null, recipients: [], ...changes }
}

function files(changes: Partial<DeliveryPayload> = {}): Record<string, string> {
  const texts = artifactTexts({
    approved: approvedStep(),
    owner: 'acme',
    n: 1,
    chain: { leaf, intermediates: [intermediate.certificate] },
    key: null,
    signerCa: pemOf(root.certificate),
    server: { url: 'https://10.0.0.1:6443', ca: null },
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
    ['a certificate', sink(), 'pem', false, undefined],
    ['a certificate for recipients', sink({ recipients: ['age1x'] }), 'pem', false, undefined],
    ['a key for recipients', sink({ recipients: ['age1x'] }), 'pem', true, undefined],
    ['a key for everybody', sink(), 'pem', true, 'SINK_RECIPIENTS'],
    ['a kubeconfig for everybody', sink(), 'kubeconfig', true, 'SINK_RECIPIENTS'],
    ['a keystore for everybody', sink(), 'pkcs12', true, 'SINK_RECIPIENTS'],
  ] as const)('of %s', (_, asked, form, hasKey, code) => {
    expect(artifactProblem(asked, form, hasKey)?.code).toBe(code)
  })
})
