import { generateX25519Identity, identityToRecipient, Decrypter } from 'age-encryption'
import { createPrivateKey } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { locks } from '../../../../src/adapters/system/age-encryption.ts'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import type { Form } from '../../../../src/domain/request/sink.ts'
import {
  contentAs,
  deliverArtifact,
  deliverGithubSecret,
} from '../../../../src/core/sink/deliver-credential.ts'
import { keystoreFiles } from '../../../../src/core/sink/keystore-content.ts'
import { secretManifest, secretPlace } from '../../../../src/core/sink/secret-layout.ts'
import type { SecretPlace } from '../../../../src/core/sink/secret-layout.ts'
import { storedPair } from '../../../../src/core/sink/stored-credential.ts'
import { readKeystore } from '../../../../src/lib/x509/pkcs12-read.ts'
import { effective, kubeconfigSink, secretPlaceWith, secretSink } from '../../../build/effective.ts'
import { approvedStep } from '../../../build/approved.ts'
import {
  PAYLOAD_CA,
  PAYLOAD_CHAIN,
  PAYLOAD_KEY,
  deliveryPayload,
} from '../../../build/delivery-payload.ts'
import { codesOf, valueOf } from '../../../build/request.ts'

const random = (length: number) => locks.random(length)
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const content = (form: Form, changes = {}) =>
  contentAs(form, deliveryPayload(changes), random).reveal()
const pkcs8 = new Uint8Array(createPrivateKey(PAYLOAD_KEY).export({ type: 'pkcs8', format: 'der' }))
const KUBECONFIG: SecretPlace = {
  ...secretSink({ name: 'jane-kubeconfig' }),
  layout: { kind: 'kubeconfig', key: 'kubeconfig' },
}

describe('the content of a sink', () => {
  test('PEM content is the chain and then the key, or the chain alone', () => {
    expect(text(content('pem'))).toBe(`${PAYLOAD_CHAIN}${PAYLOAD_KEY}`)
    expect(text(content('pem', { key: null }))).toBe(PAYLOAD_CHAIN)
  })

  test('kubeconfig content has server, CA, certificate and key', () => {
    const config = parse(text(content('kubeconfig')))
    const server = 'https://10.0.0.1:6443'
    expect(config.clusters).toMatchObject([{ name: 'prod', cluster: { server } }])
    const inside = (value: string) => Buffer.from(value, 'base64').toString()
    const { user } = config.users[0]
    expect(inside(user['client-certificate-data'])).toBe(PAYLOAD_CHAIN)
    expect(inside(user['client-key-data'])).toBe(PAYLOAD_KEY)
    expect(inside(config.clusters[0].cluster['certificate-authority-data'])).toContain('BEGIN')
  })

  test('PKCS#12 content is the same pair, with an empty password', () => {
    const { key, certificates } = valueOf(readKeystore(content('pkcs12'), new Secret('')))
    expect(key?.reveal()).toEqual(pkcs8)
    expect(certificates).toHaveLength(2)
  })

  test.each(['kubeconfig', 'pkcs12'] as const)('%s content needs the key', form => {
    expect(() => content(form, { key: null })).toThrow(RangeError)
  })
})

describe('keystores in a Secret', () => {
  const password = new Secret('correct horse')
  const files = keystoreFiles(deliveryPayload(), { password, random })

  test('keystores have the names of cert-manager, the pair and the CA of the signer', () => {
    expect(Object.keys(files)).toEqual(['keystore.p12', 'truststore.p12'])
    const opened = (name: string) =>
      valueOf(readKeystore(files[name] ?? new Uint8Array(), password))
    expect(opened('keystore.p12').key?.reveal()).toEqual(pkcs8)
    const [trusted] = opened('truststore.p12').certificates
    expect(Buffer.from(trusted ?? [])).toEqual(Buffer.from(PAYLOAD_CA.certificate.der))
  })

  test('there is one keystore where the CA is unknown', () => {
    const alone = keystoreFiles(deliveryPayload({ signerCa: null }), { password, random })
    expect(Object.keys(alone)).toEqual(['keystore.p12'])
  })

  test('keystores are stored with the PEM files', () => {
    const { data } = secretManifest(secretPlaceWith(), deliveryPayload(), files)
    const names = ['tls.crt', 'tls.key', 'ca.crt', 'keystore.p12', 'truststore.p12']
    expect(Object.keys(data.reveal())).toEqual(names)
  })
})

describe('a kubeconfig in a Secret', () => {
  const manifest = secretManifest(KUBECONFIG, deliveryPayload())
  const stored = { ...manifest, version: { uid: 'u', resourceVersion: '1' }, isImmutable: false }

  test('a kubeconfig Secret is Opaque, holds nothing else, and names the decision', () => {
    expect([manifest.type, Object.keys(manifest.data.reveal())]).toEqual(['Opaque', ['kubeconfig']])
    expect(manifest.annotations).toMatchObject({ 'countersign.dev/request': 'jane' })
  })

  test('a kubeconfig Secret gives certificate and key back', () => {
    const { certificate, key } = storedPair(stored, KUBECONFIG)
    expect([certificate, key?.reveal()]).toEqual([PAYLOAD_CHAIN, PAYLOAD_KEY])
  })

  test('a kubeconfig without certificate data gives nothing back', () => {
    const data = new Secret({ kubeconfig: new TextEncoder().encode('users: []') })
    expect(storedPair({ ...stored, data }, KUBECONFIG)).toEqual({ certificate: '', key: null })
  })

  test('a kubeconfig is stored under the key that the request names, and read back from it', () => {
    const place = secretPlace(kubeconfigSink({ key: 'value' }))
    if (place === null) throw new Error('a Secret has no place')
    const manifest = secretManifest(place, deliveryPayload())
    expect(Object.keys(manifest.data.reveal())).toEqual(['value'])
    const back = storedPair({ ...stored, data: manifest.data }, place)
    expect([back.certificate, back.key?.reveal()]).toEqual([PAYLOAD_CHAIN, PAYLOAD_KEY])
  })

  test.each(['constructor', '__proto__'])('a Secret without the key %s gives nothing back', key => {
    const place = { layout: { kind: 'kubeconfig', key } } as const
    expect(storedPair({ ...stored, data: new Secret({}) }, place)).toEqual({
      certificate: '',
      key: null,
    })
  })

  test('a cluster of Argo CD has name, server and config, and gives certificate and key back', () => {
    const labels = { 'argocd.argoproj.io/secret-type': 'cluster' }
    const place = secretPlace(kubeconfigSink({ format: 'argocd', labels }))
    if (place === null) throw new Error('a Secret has no place')
    const manifest = secretManifest(place, deliveryPayload())
    expect([manifest.type, manifest.labels]).toEqual(['Opaque', expect.objectContaining(labels)])
    const { config, ...data } = manifest.data.reveal()
    expect(Object.entries(data).map(([key, value]) => [key, text(value)])).toEqual([
      ['name', 'prod'],
      ['server', 'https://10.0.0.1:6443'],
    ])
    const { certData, keyData, insecure } = JSON.parse(text(config as Uint8Array)).tlsClientConfig
    const inside = (value: string) => Buffer.from(value, 'base64').toString()
    expect([inside(certData), inside(keyData), insecure]).toEqual([
      PAYLOAD_CHAIN,
      PAYLOAD_KEY,
      false,
    ])
    const back = storedPair({ ...stored, data: manifest.data }, place)
    expect([back.certificate, back.key?.reveal()]).toEqual([PAYLOAD_CHAIN, PAYLOAD_KEY])
    expect(() => secretManifest(place, deliveryPayload({ key: null }))).toThrow(RangeError)
  })

  test('a kubeconfig Secret is the place of a kubeconfig sink, and of no other', () => {
    expect(secretPlace(kubeconfigSink())).toMatchObject(KUBECONFIG)
    expect(secretPlace({ kind: 'file', path: 'x', format: null })).toBeNull()
  })
})

test('a GitHub secret of more than 48 KB is never sent', async () => {
  const sink = {
    kind: 'githubSecret',
    repository: 'acme/app',
    environment: 'production',
    name: 'JANE',
    format: null,
  } as const
  const never = async (): Promise<never> => {
    throw new Error('it was sent')
  }
  const secrets = { look: never, put: never, remove: never }
  const { chain } = deliveryPayload()
  const intermediates = Array.from({ length: 120 }, () => chain.leaf)
  const payload = deliveryPayload({ chain: { ...chain, intermediates } })
  const delivered = await deliverGithubSecret(sink, 'kubeconfig', payload, secrets, locks)
  expect(codesOf(delivered)).toEqual(['SINK_TOO_LARGE'])
})

describe('an artifact for recipients', () => {
  test.each([
    ['pem', 'jane.pem.age'],
    ['kubeconfig', 'jane.kubeconfig.age'],
    ['pkcs12', 'jane.p12.age'],
  ] as const)(
    'an artifact as %s is one file that every recipient can open, and no one else',
    async (form, name) => {
      const identities = [await generateX25519Identity(), await generateX25519Identity()]
      const recipients = await Promise.all(identities.map(identityToRecipient))
      const sink = { kind: 'artifact', name: 'for-jane', format: null, recipients } as const
      const uploaded: { name: string; bytes: Uint8Array }[] = []
      const artifacts = {
        upload: async (_: string, files: readonly { name: string; bytes: Uint8Array }[]) => {
          uploaded.push(...files)
        },
      }
      const payload = deliveryPayload({ approved: approvedStep(effective()) })
      await deliverArtifact(sink, form, payload, artifacts, locks)
      expect(uploaded.map(file => file.name)).toEqual([name])
      const bytes = uploaded[0]?.bytes ?? new Uint8Array()
      expect(Buffer.from(bytes).includes('PRIVATE KEY')).toBe(false)
      for (const identity of identities) {
        const decrypter = new Decrypter()
        decrypter.addIdentity(identity)
        const plain = await decrypter.decrypt(bytes)
        if (form === 'pem') expect(text(plain)).toBe(`${PAYLOAD_CHAIN}${PAYLOAD_KEY}`)
        if (form === 'pkcs12') valueOf(readKeystore(plain, new Secret('')))
        if (form === 'kubeconfig') expect(parse(text(plain)).kind).toBe('Config')
      }
      const stranger = new Decrypter()
      stranger.addIdentity(await generateX25519Identity())
      await expect(stranger.decrypt(bytes)).rejects.toThrow(/no identity matched/)
    },
  )
})
