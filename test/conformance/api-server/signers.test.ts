import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { ApiObject } from '../../build/api-object.ts'
import { attribute, certificateParts, children, nameHex, rdn } from '../../build/der-walk.ts'
import { opensslRequest, rsaKey } from '../../build/openssl-request.ts'
import type { RequestShape } from '../../build/openssl-request.ts'
import { describeSubjects } from '../../build/subjects.ts'
import {
  certificateOf,
  CLIENT_SIGNER,
  condition,
  createRequest,
  settled,
  SIGNING_REQUESTS,
  withConditions,
} from '../../build/signing-requests.ts'

const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'
const KUBELET_SERVING = 'kubernetes.io/kubelet-serving'
const NODE = '/O=system:nodes/CN=system:node:n1'
const CN = 3
const O = 10
const OU = 11
const C = 6
const UTF8 = 0x0c

describeSubjects('the built-in signers', subject => {
  test.each([
    [CLIENT_SIGNER, ['server auth'], {}, 'invalid usage for client certificate: server auth'],
    [
      CLIENT_SIGNER,
      ['client auth', 'signing'],
      {},
      'invalid usage for client certificate: signing',
    ],
    [
      CLIENT_SIGNER,
      ['digital signature'],
      {},
      'missing required usage for client certificate: client auth',
    ],
    [
      KUBELET_CLIENT,
      ['client auth', 'digital signature'],
      { subject: '/O=developers/CN=system:node:n1' },
      'subject organization is not system:nodes',
    ],
    [
      KUBELET_CLIENT,
      ['client auth', 'digital signature'],
      { subject: '/O=system:nodes/CN=n1' },
      'subject common name does not begin with system:node:',
    ],
    [
      KUBELET_CLIENT,
      ['client auth', 'digital signature'],
      { subject: NODE, sans: ['DNS:n1'] },
      'DNS subjectAltNames are not allowed',
    ],
    [
      KUBELET_CLIENT,
      ['client auth', 'digital signature'],
      { subject: NODE, sans: ['email:a@b.example'] },
      'Email subjectAltNames are not allowed',
    ],
    [
      KUBELET_CLIENT,
      ['client auth', 'digital signature'],
      { subject: NODE, sans: ['IP:10.0.0.1'] },
      'IP subjectAltNames are not allowed',
    ],
    [
      KUBELET_CLIENT,
      ['client auth', 'digital signature'],
      { subject: NODE, sans: ['URI:spiffe://a/b'] },
      'URI subjectAltNames are not allowed',
    ],
    [
      KUBELET_CLIENT,
      ['client auth'],
      { subject: NODE },
      'usages did not match [client auth digital signature key encipherment]',
    ],
    [
      KUBELET_SERVING,
      ['server auth', 'digital signature'],
      { subject: '/CN=system:node:n1', sans: ['DNS:n1'] },
      'subject organization is not system:nodes',
    ],
    [
      KUBELET_SERVING,
      ['server auth', 'digital signature'],
      { subject: NODE },
      'DNS or IP subjectAltName is required',
    ],
    [
      KUBELET_SERVING,
      ['server auth', 'digital signature'],
      { subject: NODE, sans: ['DNS:n1', 'email:a@b.example'] },
      'Email subjectAltNames are not allowed',
    ],
    [
      KUBELET_SERVING,
      ['server auth'],
      { subject: NODE, sans: ['DNS:n1'] },
      'usages did not match [digital signature key encipherment server auth]',
    ],
    [
      KUBELET_SERVING,
      ['server auth', 'digital signature'],
      { subject: '/O=system:nodes/CN=n1', sans: ['DNS:n1'] },
      'subject common name does not begin with system:node:',
    ],
  ] as [string, string[], RequestShape, string][])(
    'the signer %s fails %j of %j: %s',
    async (signerName, usages, shape, message) => {
      const base = createHash('sha256')
        .update(JSON.stringify([signerName, usages, shape]))
        .digest('hex')
      const { status } = await settled(subject(), base.slice(0, 12), shape, { signerName, usages })
      const failed = status.conditions.find(one => one.type === 'Failed')
      expect(failed).toMatchObject({ status: 'True', reason: 'SignerValidationFailure', message })
      expect(status).not.toHaveProperty('certificate')
    },
  )

  test('the signers ignore a denied request and an unknown signer name', async () => {
    const denied = await createRequest(subject(), 'denied', { signerName: CLIENT_SIGNER })
    const foreign = await createRequest(subject(), 'foreign', { signerName: 'kubernetes.io/foo' })
    const put = (object: ApiObject, type: string) =>
      subject().admin.put(
        `${SIGNING_REQUESTS}/${object.metadata.name}/approval`,
        withConditions(object, condition(type)),
      )
    await put(denied, 'Denied')
    await put(foreign, 'Approved')
    // A later request that is signed shows that the signer has seen both.
    await settled(subject(), 'after', {}, { signerName: CLIENT_SIGNER })
    for (const { metadata } of [denied, foreign]) {
      const now = await subject().admin.get(`${SIGNING_REQUESTS}/${metadata.name}`)
      expect(now.body.status).not.toHaveProperty('certificate')
      expect(now.body.status.conditions).toHaveLength(1)
    }
  })

  describe('the certificate', () => {
    const issue = async (base: string, shape: RequestShape, spec: object = {}) => {
      const before = Math.floor(Date.now() / 1000) * 1000
      const signer = { signerName: CLIENT_SIGNER, ...spec }
      const object = await settled(subject(), base, shape, signer)
      expect(object.status.certificate).toBeDefined()
      const pem = certificateOf(object)
      return { ...certificateParts(pem), made: object.made, before, after: Date.now() }
    }

    test('the certificate is one PEM block of version 3 for the requested key, signed by the client CA', async () => {
      const issued = await issue('plain', { subject: '/O=developers/CN=jane' })
      expect(issued.pem).toMatch(
        /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END CERTIFICATE-----\n$/,
      )
      expect(issued.version).toBe(3)
      expect(issued.serial.length).toBeLessThanOrEqual(17)
      expect(issued.made.der.toString('hex')).toContain(issued.spki)
      // ecdsa-with-SHA256
      expect(issued.algorithm).toBe('300a06082a8648ce3d040302')
      const published = await subject().admin.get(
        '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication',
      )
      // The published file may hold several CAs.
      const authorities = published.body.data['client-ca-file'].match(
        /-----BEGIN[^]*?-----END.*\n/g,
      )
      const authority = (authorities ?? [])
        .map(certificateParts)
        .find(one => one.subject === issued.issuer)!
      expect(authority).toBeDefined()
      const keyId = authority.extensions.find(one => one.name === 'subjectKeyIdentifier')!.value
      const identifier = issued.extensions.find(one => one.name === 'authorityKeyIdentifier')!
      expect(identifier.value).toBe(`301680${keyId.slice(2)}`)
    })

    test.each([
      [
        'its attributes in Go’s order',
        '/CN=jane/O=developers/C=DE/OU=team',
        [
          rdn(attribute(C, 'DE')),
          rdn(attribute(O, 'developers')),
          rdn(attribute(OU, 'team')),
          rdn(attribute(CN, 'jane')),
        ],
      ],
      [
        'several organizations in one RDN, in the order of their bytes',
        '/O=b/O=a/CN=jane',
        [rdn(attribute(O, 'a'), attribute(O, 'b')), rdn(attribute(CN, 'jane'))],
      ],
      ['only the last common name', '/CN=first/CN=last', [rdn(attribute(CN, 'last'))]],
      [
        'no e-mail address, DC or UID',
        '/CN=jane/emailAddress=a@b.example/DC=example/UID=1',
        [rdn(attribute(CN, 'jane'))],
      ],
      [
        'UTF8String where it must',
        '/O=a@b/CN=jäne',
        [rdn(attribute(O, 'a@b', UTF8)), rdn(attribute(CN, 'jäne', UTF8))],
      ],
      [
        'PrintableString where it may',
        '/O=dev:ops/CN=a b',
        [rdn(attribute(O, 'dev:ops')), rdn(attribute(CN, 'a b'))],
      ],
      ['nothing where there is nothing', '/', []],
    ])('the subject of a certificate has %s', async (_what, name, rdns) => {
      const base = createHash('sha256').update(name).digest('hex').slice(0, 12)
      const { subject: found } = await issue(base, { subject: name })
      expect(found).toBe(nameHex(...rdns))
    })

    const shapeOf = ({
      extensions,
    }: {
      extensions: readonly { name: string; critical: boolean }[]
    }) => extensions.map(one => (one.critical ? `${one.name}, critical` : one.name))

    test('a certificate for client auth only has no key usage', async () => {
      const issued = await issue('client-auth', {})
      expect(shapeOf(issued)).toEqual([
        'extendedKeyUsage',
        'basicConstraints, critical',
        'authorityKeyIdentifier',
      ])
      const [extended, constraints] = issued.extensions
      expect(extended!.value).toBe('300a06082b06010505070302')
      expect(constraints!.value).toBe('3000')
    })

    test.each([
      [['client auth', 'digital signature'], '03020780'],
      [['client auth', 'key encipherment'], '03020520'],
      [['client auth', 'digital signature', 'key encipherment'], '030205a0'],
    ])('the key usage of a certificate matches %j', async (usages, value) => {
      const base = `usage-${usages.join('-').replaceAll(' ', '')}`
      const { extensions } = await issue(base, {}, { usages })
      expect(extensions[0]).toEqual({ name: 'keyUsage', critical: true, value })
    })

    test('the signer drops requested extensions and sorts the names', async () => {
      const issued = await issue('extensions', {
        sans: [
          'URI:spiffe://a/b',
          'IP:10.0.0.1',
          'email:a@b.example',
          'DNS:b.example',
          'RID:1.2.3',
          'DNS:a.example',
          'IP:2001:db8::1',
        ],
        extensions: [
          'basicConstraints = critical,CA:TRUE',
          'keyUsage = keyCertSign',
          'extendedKeyUsage = serverAuth',
          '1.2.3.4 = DER:0500',
        ],
      })
      expect(shapeOf(issued)).toEqual([
        'extendedKeyUsage',
        'basicConstraints, critical',
        'authorityKeyIdentifier',
        'subjectAltName',
      ])
      const names = children(Buffer.from(issued.extensions.at(-1)!.value, 'hex'))[0]!
      expect(
        children(names.content).map(({ tag, content }) => [tag, content.toString('latin1')]),
      ).toEqual([
        [0x82, 'b.example'],
        [0x82, 'a.example'],
        [0x81, 'a@b.example'],
        [0x87, '\x0a\x00\x00\x01'],
        [0x87, ' \x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01'],
        [0x86, 'spiffe://a/b'],
      ])
    })

    test('the SAN is critical if the subject is empty', async () => {
      const issued = await issue('nameless', { subject: '/', sans: ['DNS:a.example'] })
      expect(shapeOf(issued).at(-1)).toBe('subjectAltName, critical')
    })

    test('an RSA key gets a certificate', async () => {
      const issued = await issue('rsa', { keyPem: rsaKey(2048) })
      expect(issued.made.der.toString('hex')).toContain(issued.spki)
    })

    test('a kubelet-serving certificate has server auth and the names', async () => {
      const shape = { subject: NODE, sans: ['DNS:n1', 'IP:10.0.0.1'] }
      const usages = ['server auth', 'digital signature', 'key encipherment']
      const issued = await issue('serving', shape, { signerName: KUBELET_SERVING, usages })
      expect(shapeOf(issued)).toEqual([
        'keyUsage, critical',
        'extendedKeyUsage',
        'basicConstraints, critical',
        'authorityKeyIdentifier',
        'subjectAltName',
      ])
      expect(issued.extensions[1]!.value).toBe('300a06082b06010505070301')
    })

    const MINUTES = 60_000
    const HOUR = 60 * MINUTES
    test.each([
      [600, 15 * MINUTES],
      [3600, HOUR + 5 * MINUTES],
      [28_799, 8 * HOUR + 5 * MINUTES - 1000],
      [28_800, 8 * HOUR],
      [86_400, 24 * HOUR],
      [400 * 86_400, 8760 * HOUR],
      [undefined, 8760 * HOUR],
    ])(
      'a certificate of %p seconds is valid for %p ms and starts five minutes ago',
      async (expirationSeconds, length) => {
        const issued = await issue(`life-${expirationSeconds}`, {}, { expirationSeconds })
        const start = issued.notBefore.getTime() + 5 * MINUTES
        expect(start).toBeGreaterThanOrEqual(issued.before)
        expect(start).toBeLessThanOrEqual(issued.after)
        expect(issued.notAfter.getTime() - issued.notBefore.getTime()).toBe(length)
      },
    )

    test('two certificates never share a serial', async () => {
      const shape = { keyPem: opensslRequest().keyPem }
      const [first, second] = [await issue('serial-a', shape), await issue('serial-b', shape)]
      expect(first.serial.equals(second.serial)).toBe(false)
    })
  })
})
