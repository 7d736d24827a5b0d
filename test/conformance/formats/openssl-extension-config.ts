// Arbitrary extensions as OpenSSL configurations write them: alternative names of every kind, usages, and what we refuse.
import * as fc from 'fast-check'
import { mostly } from './openssl-texts.ts'

const SANS = [
  'DNS:web.example.com',
  'DNS:*.example.com',
  'DNS.1:b.example.com',
  'IP:10.0.0.7',
  'IP:2001:db8::1',
  'IP.2:::1',
  'URI:spiffe://example.org/web',
  'URI:urn:a:b',
  'email:jane@example.com',
  'email:copy',
  'email:move',
  'RID:1.2.3.4',
  'dirName:dir',
  'otherName:1.3.6.1.4.1.311.20.2.3;UTF8:jane@example.com',
  'otherName:1.2.3;IA5STRING:a b',
  'otherName:1.2.3;PRINTABLE:x',
  'otherName:1.2.3;FORMAT:UTF8,UTF8String:é',
]
const ODD_SANS = (
  'dns:x|DNS1:x|DNS:|DNS|IP:10.0.0.0/8|IP:01.2.3.4|IP:1.2.3|IP:::ffff:1.2.3.4|IP:fe80::1%eth0|DNS:a b|DNS:x_y|' +
  'DNS:é|URI:x|RID:csNope|RID:csRole|dirName:none|otherName:1.2.3;NULL:|otherName:1.2.3|otherName:csX;UTF8:a|' +
  'DNS:$v|copy:email|DNS:a |email:x|DNS:example.com:443|DNS:|URI:http://a b/'
).split('|')

export interface Extension {
  readonly lines: readonly string[]
  /** Sections that the lines refer to. */
  readonly sections: readonly string[]
}

/** subjectAltName, inline or by a section. */
export const sanExtension: fc.Arbitrary<Extension> = fc
  .record({
    items: fc.array(mostly(SANS, ODD_SANS), { minLength: 1, maxLength: 4 }),
    isSection: fc.boolean(),
    critical: mostly(['', '', 'critical,', 'critical, '], ['critical ,', 'critical']),
    comma: fc.constantFrom(',', ', ', ' , '),
  })
  .map(({ items, isSection, critical, comma }) => {
    if (!isSection)
      return { lines: [`subjectAltName = ${critical}${items.join(comma)}`], sections: [] }
    const lines = items.map((item, index) => {
      const [kind = '', ...rest] = item.split(':')
      return `${kind.replace(/\..*/, '')}.${index * 7} = ${rest.join(':')}`
    })
    return { lines: [`subjectAltName = ${critical}@alt`], sections: ['[alt]', ...lines] }
  })

const USAGES = [
  'digitalSignature',
  'keyEncipherment',
  'nonRepudiation',
  'Digital Signature',
  'keyAgreement',
  'dataEncipherment',
  'cRLSign',
  'Certificate Sign',
  'encipherOnly',
]
const PURPOSES = [
  'serverAuth',
  'clientAuth',
  'TLS Web Server Authentication',
  '1.3.6.1.5.5.7.3.2',
  'codeSigning',
  'x:clientAuth',
  'OCSPSigning',
  'anyExtendedKeyUsage',
  'timeStamping',
  'msSGC',
  'ipsecEndSystem',
  'nsSGC',
]

function list(usual: readonly string[], odd: readonly string[]): fc.Arbitrary<string> {
  return fc.array(mostly(usual, odd, 30), { minLength: 1, maxLength: 3 }).map(all => all.join(', '))
}

const ODD_EXTENSIONS = [
  'basicConstraints = CA:TRUE',
  'basicConstraints = CA:False',
  'basicConstraints = CA:FALSE,pathlen:0',
  'authorityKeyIdentifier = keyid',
  'nsComment = hello',
  '1.2.3.4 = DER:0500',
  '1.2.3.4 = ASN1:NULL',
  'keyUsage = DER:030205A0',
  'keyUsage =',
  'csNope = x',
  'subjectAltName = @none',
  'subjectAltName = @empty',
  'certificatePolicies = 1.2.3',
  'tlsfeature = status_request',
  'subjectKeyIdentifier = 0102',
]

/** Any other extension. */
export const otherExtension = fc.oneof(
  {
    weight: 8,
    arbitrary: list(USAGES, ['digitalSignature:x', 'csNope']).map(
      all => `keyUsage = critical, ${all}`,
    ),
  },
  {
    weight: 8,
    arbitrary: list(PURPOSES, ['1.2.3', 'csNope', '']).map(all => `extendedKeyUsage = ${all}`),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom('basicConstraints = CA:FALSE', 'basicConstraints = critical,CA:no'),
  },
  { weight: 3, arbitrary: fc.constant('subjectKeyIdentifier = hash') },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_EXTENSIONS) },
)
