// Go must read the same facts in a request as countersign: the API server and the built-in signers are written in Go.
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Pkcs10 } from '../../../src/domain/cluster/certificate.ts'
import type { DistinguishedName, San } from '../../../src/domain/request/x500.ts'
import {
  boolean,
  context,
  contextPrimitive,
  octetString,
  oid,
  sequence,
  set,
  tlv,
  utf8String,
} from '../../../src/lib/x509/der-write.ts'
import { attribute } from '../../../src/lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS, EXTENSION_OIDS } from '../../../src/lib/x509/oids.ts'
import { readPkcs10 } from '../../../src/lib/x509/pkcs10.ts'
import { extension, writePkcs10 } from '../../../src/lib/x509/pkcs10-write.ts'
import { encodeSans } from '../../../src/lib/x509/general-names.ts'
import { isCanonicalUri } from '../../../src/lib/x509/uri.ts'
import {
  bytes,
  extensionRequest,
  named,
  rawRequest,
  request,
  requestFor,
  testKey,
  valueOf,
} from '../../unit/lib/x509/build.ts'
import { askGo, hasGo } from './go-judge.ts'
import { ASKED_SEED } from '../../build/extent.ts'

/** Part of the titles, so that a failure can be repeated. */
const SEED = ASKED_SEED ?? Date.now() % 2 ** 31

const describeWithGo = hasGo ? describe : describe.skip

/** Our facts in the shape of a verdict. */
function sightOf(read: Pkcs10) {
  const texts = (kind: San['kind']) =>
    read.sans.flatMap(san => (san.kind === kind && !('der' in san) ? [san.value] : []))
  return {
    ok: true,
    subject: read.subject.map(rdn => rdn.map(({ oid, value }) => ({ oid, value }))),
    dns: texts('dnsName'),
    ips: texts('ipAddress'),
    emails: texts('emailAddress'),
    uris: texts('uri'),
    extensions: read.extensions.map(({ oid }) => oid),
  }
}

function expectSameSight(requests: readonly Uint8Array[]): void {
  for (const [index, verdict] of askGo(requests).entries()) {
    expect(verdict).toMatchObject(sightOf(valueOf(readPkcs10(requests[index]!))))
  }
}

describeWithGo('Go reads what we write', () => {
  test('Go reads our requests for every kind of key', () => {
    const kinds = ['RSA-2048', 'RSA-3072', 'RSA-4096', 'P-256', 'P-384', 'P-521', 'Ed25519']
    const sans: readonly San[] = [
      { kind: 'dnsName', value: 'a.example' },
      { kind: 'emailAddress', value: 'jane@example.com' },
      { kind: 'ipAddress', value: '10.0.0.1' },
      { kind: 'ipAddress', value: '2001:db8::1' },
      { kind: 'uri', value: 'spiffe://cluster.local/ns/a' },
    ]
    const parts = { sans, keyUsage: ['digitalSignature'], extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] }
    const requests = kinds.map(kind => request({ key: testKey(kind), ...parts }))
    expectSameSight(requests)
    expect(askGo(requests).map(({ key, signature }) => `${key} ${signature}`)).toEqual([
      'RSA SHA256-RSA',
      'RSA SHA256-RSA',
      'RSA SHA256-RSA',
      'ECDSA ECDSA-SHA256',
      'ECDSA ECDSA-SHA384',
      'ECDSA ECDSA-SHA512',
      'Ed25519 Ed25519',
    ])
  })

  test(`Go reads our requests for names and SANs of any text (FC_SEED=${SEED})`, () => {
    const key = testKey('Ed25519')
    const made = fc.sample(fc.record({ subject: anyName(), sans: anySans() }), {
      numRuns: 400,
      seed: SEED,
    })
    expectSameSight(
      made.map(({ subject, sans }) => {
        const nothing = { keyUsage: [], extendedKeyUsage: [] }
        return writePkcs10({ subject, sans, ...nothing, spki: key.spki, sign: key.sign })
      }),
    )
  })
})

function anyName(): fc.Arbitrary<DistinguishedName> {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter(value => !/\p{Cc}/u.test(value))
  const one = fc
    .tuple(fc.constantFrom(...Object.values(ATTRIBUTE_OIDS), '1.2.3.4', '2.999.1'), text)
    .map(([type, value]) => attribute(type, value))
  return fc.array(fc.array(one, { minLength: 1, maxLength: 3 }), { maxLength: 4 })
}

function anySans(): fc.Arbitrary<readonly San[]> {
  const text = (kind: 'dnsName' | 'emailAddress' | 'uri' | 'ipAddress') => (value: string) =>
    ({ kind, value }) as const
  const one = fc.oneof(
    fc.domain().map(text('dnsName')),
    fc.domain().map(domain => text('emailAddress')(`jane@${domain}`)),
    fc.domain().map(domain => text('uri')(`https://${domain}/a`)),
    fc.ipV4().map(text('ipAddress')),
    fc.constantFrom('::', '::1', '2001:db8::1', '1:0:0:2::3').map(text('ipAddress')),
    fc.constant({
      kind: 'otherName',
      der: context(0, oid('1.2.3'), context(0, utf8String('jane'))),
    } as const),
  )
  return fc.array(one, { maxLength: 6 })
}

const SAN = (value: Uint8Array) =>
  requestFor(extension(EXTENSION_OIDS.subjectAltName, false, value))
const CN = (value: Uint8Array) =>
  rawRequest({ subject: sequence(set(sequence(oid(ATTRIBUTE_OIDS.CN), value))) })
const A = encodeSans([{ kind: 'dnsName', value: 'a' }])
const B = encodeSans([{ kind: 'dnsName', value: 'b' }])

/** Requests that readers are known to interpret differently. */
const DISPUTED: readonly (readonly [string, Uint8Array])[] = [
  ['two common names', request({ subject: named('CN=web', 'CN=system:admin') })],
  ...[0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1b, 0x1c, 0x1e].flatMap(tag => [
    [`a name of type ${tag}: "00  "`, CN(tlv(tag, bytes('30 30 20 20')))] as const,
    [`a name of type ${tag}: "a*&@"`, CN(tlv(tag, bytes('61 2a 26 40')))] as const,
    [`a name of type ${tag}: é in UTF-8`, CN(tlv(tag, bytes('c3 a9')))] as const,
    [`a name of type ${tag}: é in Latin-1`, CN(tlv(tag, bytes('e9')))] as const,
    [`a name of type ${tag} with NUL at its end`, CN(tlv(tag, bytes('00 61 00 00')))] as const,
    [`a name of type ${tag}, empty`, CN(tlv(tag))] as const,
    [`a name of type ${tag}, a surrogate pair`, CN(tlv(tag, bytes('d8 3d de 00')))] as const,
  ]),
  ['a name that is a number', CN(bytes('02 01 05'))],
  [
    'SANs in two extensions',
    requestFor(extension('2.5.29.17', false, A), extension('2.5.29.17', false, B)),
  ],
  [
    'SANs in two attributes',
    rawRequest({
      attributes: [A, B].map(value =>
        extensionRequest(sequence(extension('2.5.29.17', false, value))),
      ),
    }),
  ],
  [
    'SANs in two values of an attribute',
    rawRequest({
      attributes: [
        extensionRequest(...[A, B].map(value => sequence(extension('2.5.29.17', false, value)))),
      ],
    }),
  ],
  [
    "SANs in Microsoft's attribute",
    rawRequest({
      attributes: [
        sequence(oid('1.3.6.1.4.1.311.2.1.14'), set(sequence(extension('2.5.29.17', false, A)))),
      ],
    }),
  ],
  ['SANs with bytes behind', SAN(Uint8Array.of(...A, ...B))],
  ['no SANs in the extension', SAN(sequence())],
  ['a SAN of a kind that does not exist', SAN(sequence(contextPrimitive(9, bytes('61'))))],
  ['a DNS name in parts', SAN(sequence(context(2, utf8String('a'))))],
  ['an empty DNS name', SAN(sequence(contextPrimitive(2, bytes(''))))],
  ['a DNS name with NUL', SAN(sequence(contextPrimitive(2, bytes('61 00 62'))))],
  ['a DNS name beyond ASCII', SAN(sequence(contextPrimitive(2, bytes('c3 a9'))))],
  [
    'IPv4 inside IPv6',
    SAN(sequence(contextPrimitive(7, bytes(`${'00'.repeat(10)} ffff 0a000001`)))),
  ],
  ['IPv4 with a mask', SAN(sequence(contextPrimitive(7, bytes('0a000000 ff000000'))))],
  ['a URI that is none', SAN(sequence(contextPrimitive(6, bytes('3a 3a'))))],
  ['a URI with a space', SAN(sequence(contextPrimitive(6, Buffer.from('https://a/b c'))))],
  ['a URI in upper case', SAN(sequence(contextPrimitive(6, Buffer.from('HTTPS://A.example/%7e'))))],
  [
    'critical FALSE written out',
    requestFor(sequence(oid('2.5.29.17'), boolean(false), octetString(A))),
  ],
  ['an unsorted RDN', rawRequest({ subject: sequence(tlv(0x31, ...unsortedPair())) })],
  [
    'an RSA signature without the NULL parameters',
    rawRequest({ key: testKey('RSA-2048'), algorithm: sequence(oid('1.2.840.113549.1.1.11')) }),
  ],
  ['no attributes field', rawRequest({ attributes: null })],
  ['a large arc in an extension', requestFor(extension('2.25.99999999999', false, A))],
]

function unsortedPair(): readonly Uint8Array[] {
  return ['b', 'a'].map(value => sequence(oid(ATTRIBUTE_OIDS.O), utf8String(value)))
}

describeWithGo('what we accept, Go sees as we do', () => {
  const verdicts = hasGo ? askGo(DISPUTED.map(([, der]) => der)) : []

  test.each(DISPUTED.map(([what, der], index) => [what, der, index] as const))(
    'countersign reads %s as Go does, or refuses it',
    (_, der, index) => {
      const read = readPkcs10(der)
      const verdict = verdicts[index]!
      if (read.ok && verdict.ok) expect(verdict).toMatchObject(rewritten(sightOf(read.value)))
      else
        expect(read.ok && GO_IS_STRICTER.some(text => verdict.error.includes(text))).toBe(read.ok)
    },
  )

  test('at least one disputed request is accepted by Go and refused by countersign', () => {
    const refusedByUs = DISPUTED.filter(([, der], i) => verdicts[i]!.ok && !readPkcs10(der).ok)
    expect(refusedByUs.map(([what]) => what)).toContain('SANs in two values of an attribute')
  })

  test('an RSA signature without the NULL parameters is accepted by Go and by countersign', () => {
    const at = DISPUTED.findIndex(([what]) => what.startsWith('an RSA signature without'))
    expect([readPkcs10(DISPUTED[at]![1]).ok, verdicts[at]!.ok]).toEqual([true, true])
  })

  test('a request with a changed byte is refused by Go and by countersign', () => {
    const der = request({ sans: [{ kind: 'dnsName', value: 'a.example' }] })
    const changed = [...der.keys()].map(at => der.with(at, der[at]! ^ (1 << (at % 8))))
    expect(changed.filter(one => readPkcs10(one).ok)).toEqual([])
    expect(askGo(changed).filter(({ ok }) => ok)).toEqual([])
  })
})

/** Go parses URIs and writes them again; isCanonicalUri must be false where that changes one. */
function rewritten(sight: ReturnType<typeof sightOf>) {
  const { uris, ...others } = sight
  return uris.every(isCanonicalUri) ? sight : others
}

describeWithGo('isCanonicalUri', () => {
  test(`isCanonicalUri is true only of URIs that Go writes as it read them (FC_SEED=${SEED})`, () => {
    const pieces =
      'a: A: spiffe:// https:// / // /a . .. a.example b :8443 [::1] @ %41 %c3%a9 %2F % ? # ! $ & ' +
      `' ( ) * + , ; = " < ^ | ~ _ \\ {`
    const piece = fc.constantFrom(' ', ...pieces.split(' '))
    const texts = fc
      .sample(fc.array(piece, { minLength: 1, maxLength: 7 }), { numRuns: 6000, seed: SEED })
      .map(list => list.join(''))
    const uri = (value: string) => SAN(encodeSans([{ kind: 'uri', value }]))
    const verdicts = askGo(texts.map(uri))
    const canonical = texts.filter((text, index) => verdicts[index]!.ok && isCanonicalUri(text))
    const changed = texts.filter(
      (text, index) => verdicts[index]!.ok && verdicts[index]!.uris[0] !== text,
    )
    expect(changed.filter(isCanonicalUri)).toEqual([])
    expect([canonical.length > 20, changed.length > 20]).toEqual([true, true])
  })
})

/** Reasons why Go refuses what we read; the API server then refuses it too, and nothing is signed. */
const GO_IS_STRICTER: readonly string[] = ['cannot parse URI', 'base 128 integer too large']
