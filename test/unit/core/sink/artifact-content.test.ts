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
  test('an artifact holds leaf and intermediates under the name of the request, and the CA of the signer', () => {
    expect(files()).toEqual({
      'jane.crt': pemOf(leaf, intermediate.certificate),
      'ca.crt': pemOf(root.certificate),
    })
  })

  test('an artifact holds the certificate alone where the CA is unknown', () => {
    expect(Object.keys(files({ signerCa: null }))).toEqual(['jane.crt'])
  })

  test('an artifact of a request named ca holds both files', () => {
    const approved = approvedStep(effective({ name: 'ca' }))
    expect(Object.keys(files({ approved }))).toEqual(['ca.crt', 'signer-ca.crt'])
  })

  test('an artifact never holds a key', () => {
    expect(Object.values(files({ key: new Secret(KEY) })).join('')).not.toContain(KEY)
  })
})

describe('the recipients of an artifact', () => {
  test.each([
    ['a certificate', sink(), 'pem', false, undefined],
    ['a certificate for recipients', sink({ recipients: ['age1x'] }), 'pem', false, undefined],
    ['a key for recipients', sink({ recipients: ['age1x'] }), 'pem', true, undefined],
    ['a key without recipients', sink(), 'pem', true, 'SINK_RECIPIENTS'],
    ['a kubeconfig without recipients', sink(), 'kubeconfig', true, 'SINK_RECIPIENTS'],
    ['a keystore without recipients', sink(), 'pkcs12', true, 'SINK_RECIPIENTS'],
  ] as const)('an artifact with %s is checked', (_, asked, form, hasKey, code) => {
    expect(artifactProblem(asked, form, hasKey)?.code).toBe(code)
  })
})
