// Valid and nearly valid CertificateSigningRequest manifests as YAML or JSON: every field with values around its limits, the PEM with
// text around it, and texts with a broken character or line.
import { stringify } from 'yaml'
import { USAGES } from '../../src/domain/request/usage.ts'
import { encodePem } from '../../src/lib/x509/pem.ts'
import type { SeededRandom } from './model/seeded-random.ts'

const CERTIFICATE_REQUEST = 'CERTIFICATE REQUEST'
const NAMES = ['jane', 'a.b', 'Jane', 'a/b', '..', '', 'a%b', 'x'.repeat(52), 'x'.repeat(300), 7]
const SIGNERS = [
  'kubernetes.io/kube-apiserver-client-kubelet',
  'kubernetes.io/legacy-unknown',
  'kubernetes.io/foo',
  'example.com/a',
  'example.com/a.b-c',
  'example.com/A',
  'Example.com/a',
  'example/a',
  'example.com/a/b',
  'example.com',
  'example.com/',
  '/a',
  'exa_mple.com/a',
  `${'x'.repeat(64)}.com/a`,
  `example.com/${'x'.repeat(254)}`,
  `${'abc.'.repeat(63)}com/a`,
  '',
  null,
  5,
]
const SECONDS = [599, 600, 601, 0, -1, 2_147_483_647, 2_147_483_648, 1e21, 600.5, '600', null, true]
const ODD_USAGES = [
  'Client Auth',
  'client  auth',
  '',
  'foo',
  'any',
  'signing',
  'client auth',
  null,
  1,
]
const ODD_TEXTS = [...Array.from('\t\n "\'#:,{}[]&*!|>%@`\\\u0000\u00a0\u202e'), '---\n', '...\n']
const EXTRA: readonly (readonly ['top' | 'metadata' | 'spec', string, unknown])[] = [
  ['top', 'status', {}],
  ['top', 'status', { conditions: [{ type: 'Approved', status: 'True' }] }],
  ['top', 'status', null],
  ['top', 'status', 'Approved'],
  ['top', 'status', { bogus: 1 }],
  ['top', 'status', { certificate: 'LS0t' }],
  ['top', 'status', { certificate: 'LS0' }],
  ['top', 'status', { certificate: '' }],
  ['top', 'status', { certificate: null, conditions: null }],
  ['top', 'status', { conditions: { type: 'Approved' } }],
  ['top', 'status', { conditions: ['Approved'] }],
  ['top', 'status', { conditions: [{ status: true }] }],
  ['top', 'status', { conditions: [{ lastUpdateTime: '2026-03-01T12:00:00Z' }] }],
  ['top', 'status', { conditions: [{ lastUpdateTime: 'yesterday' }] }],
  ['top', 'status', { conditions: [{ bogus: 1 }] }],
  ['top', 'bogus', 1],
  ['metadata', 'namespace', 'apps'],
  ['metadata', 'labels', { 'a b': 'c' }],
  ['metadata', 'uid', 'abc'],
  ['metadata', 'creationTimestamp', null],
  ['metadata', 'creationTimestamp', 'yesterday'],
  ['metadata', 'generation', -1],
  ['metadata', 'generateName', 'jane-'],
  ['metadata', 'resourceVersion', '5'],
  ['metadata', 'managedFields', 'x'],
  ...[
    { manager: 'kubectl', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': { 'f:usages': {} } } },
    { apiVersion: 'certificates.k8s.io/v1', time: '2026-03-01T12:00:00Z', subresource: 'status' },
    { manager: 1 },
    { manager: 'x'.repeat(129) },
    { manager: 'a\u0007' },
    { operation: 'Create' },
    { operation: null },
    { fieldsType: 'FieldsV2' },
    { fieldsType: '' },
    { fieldsV1: 'x' },
    { fieldsV1: { spec: 1 } },
    { apiVersion: '' },
    { apiVersion: 'a/b/c' },
    { time: 'yesterday' },
    { bogus: 1 },
  ].map(more => ['metadata', 'managedFields', [{ operation: 'Update', ...more }]] as const),
  ['spec', 'username', 'admin'],
  ['spec', 'username', ['admin']],
  ['spec', 'groups', ['system:masters']],
  ['spec', 'extra', { a: ['b'] }],
  ['spec', 'extra', { a: 'b' }],
  ['spec', 'bogus', {}],
  ['spec', 'Usages', []],
]

/** `ders`: the requests in the manifests. */
export function mutatedManifest(ders: readonly Uint8Array[], chance: SeededRandom): string {
  const object = manifest(ders, chance)
  const text = chance.is(0.5) ? JSON.stringify(object, null, chance.of([0, 2])) : stringify(object)
  return chance.is(0.25) ? mutatedText(text, chance) : text
}

function manifest(ders: readonly Uint8Array[], chance: SeededRandom) {
  const pem = pemOf(chance.of(ders), chance)
  const seconds = chance.is(0.5)
    ? {}
    : { expirationSeconds: chance.is(0.5) ? 86_400 : chance.of(SECONDS) }
  const spec: Record<string, unknown> = {
    request: base64Of(pem, chance),
    signerName: chance.is(0.75) ? 'kubernetes.io/kube-apiserver-client' : chance.of(SIGNERS),
    usages: usagesOf(chance),
    ...seconds,
  }
  const metadata: Record<string, unknown> = { name: chance.is(0.85) ? 'jane' : chance.of(NAMES) }
  const top: Record<string, unknown> = {
    apiVersion: chance.is(0.95) ? 'certificates.k8s.io/v1' : 'certificates.k8s.io/v1beta1',
    kind: chance.is(0.97) ? 'CertificateSigningRequest' : 'CertificateSigningRequestList',
    metadata,
    spec,
  }
  if (chance.is(0.3)) {
    const [where, field, value] = chance.of(EXTRA)
    ;({ top, metadata, spec })[where][field] = value
  }
  if (chance.is(0.05)) delete spec[chance.of(Object.keys(spec))]
  return top
}

function usagesOf(chance: SeededRandom): unknown {
  if (chance.is(0.6)) return ['client auth', 'digital signature']
  if (chance.is(0.1)) return chance.of([[], null, 'client auth', {}])
  const count = 1 + chance.below(4)
  return Array.from({ length: count }, () =>
    chance.is(0.7) ? chance.of(USAGES) : chance.of(ODD_USAGES),
  )
}

function pemOf(der: Uint8Array, chance: SeededRandom): string {
  const pem = encodePem(CERTIFICATE_REQUEST, der)
  if (chance.is(0.6)) return pem
  return chance.of([
    pem.replaceAll('\n', '\r\n'),
    pem.trimEnd(),
    `${pem}\n\n`,
    `text\n${pem}`,
    ` ${pem}`,
    `${pem}text\n`,
    pem + pem,
    pem.replace('\n', '\nProc-Type: 4\n\n'),
    pem.replaceAll('CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'),
    pem.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE'),
    pem.replaceAll(/(?<=[A-Za-z0-9+/=])\n(?!-)/g, ''),
    pem.replaceAll('\n', '\n '),
    pem.replace(/=*\n-----END/, '\n-----END'),
    pem.replace('-----END', '==\n-----END'),
    pem.replace('-----BEGIN', '----BEGIN'),
    `-----BEGIN CERTIFICATE REQUEST-----\nAA==\n-----END CERTIFICATE REQUEST-----\n${pem}`,
    '',
  ])
}

function base64Of(pem: string, chance: SeededRandom): unknown {
  const base64 = Buffer.from(pem).toString('base64')
  if (chance.is(0.75)) return base64
  return chance.of([
    base64.match(/.{1,76}/g)?.join('\n') ?? base64,
    `${base64}\n`,
    ` ${base64}`,
    base64.replace(/=+$/, ''),
    base64.replaceAll('+', '-').replaceAll('/', '_'),
    `${base64}====`,
    pem,
    null,
    5,
  ])
}

function mutatedText(text: string, chance: SeededRandom): string {
  const at = chance.below(text.length)
  const lines = text.split('\n')
  const line = chance.of(lines)
  switch (chance.below(5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1)
    case 1:
      return text.slice(0, at) + chance.of(ODD_TEXTS) + text.slice(at)
    case 2:
      return `${text}\n${line}\n`
    case 3:
      return lines.filter(each => each !== line).join('\n')
    default:
      return text.slice(0, at)
  }
}
