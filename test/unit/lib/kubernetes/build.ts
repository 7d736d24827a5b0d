// Effective requests as the rules see them. Every member has its own place, so that a test can name the member.
import type { Place, Problem } from '../../../../src/domain/problem.ts'
import type {
  EffectiveRequest,
  PrivateKeySpec,
  RequestedKey,
} from '../../../../src/domain/request/request.ts'
import { KUBE_APISERVER_CLIENT } from '../../../../src/domain/request/signer.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { named, valueOf } from '../x509/build.ts'

const MEMBERS = [
  '',
  'signerName',
  'commonName',
  'subject.organizations',
  'dnsNames',
  'uris',
  'emailAddresses',
  'ipAddresses',
  'usages',
  'usages[0]',
  'usages[1]',
  'usages[2]',
  'duration',
  'privateKey',
  'request',
]

function placeAt(line: number, excerpt: string): Place {
  return { file: 'requests/jane.yaml', line, column: 1, length: excerpt.length, excerpt }
}

const PLACES = new Map(MEMBERS.map((member, index) => [member, placeAt(index + 1, member)]))

/** A client certificate for jane of the developers by default; more places by member and text. */
export function asked(
  parts: Partial<EffectiveRequest> = {},
  texts: Readonly<Record<string, string>> = {},
): EffectiveRequest {
  const more = Object.entries(texts).map(([member, text], index): [string, Place] => [
    member,
    placeAt(100 + index, text),
  ])
  return {
    name: 'jane',
    path: 'requests/jane.yaml',
    blob: '0'.repeat(40),
    format: 'countersign',
    uncommitted: null,
    cluster: 'prod',
    signerName: KUBE_APISERVER_CLIENT,
    subject: named('O=developers', 'CN=jane'),
    sans: [],
    usages: ['digital signature', 'client auth'],
    durationSeconds: 604_800,
    renewBefore: null,
    until: null,
    key: generated({}),
    sinks: [],
    reissue: 0,
    access: [],
    withdraw: false,
    ...parts,
    places: new Map([...PLACES, ...more]),
    remarks: [],
  }
}

export function generated(spec: Partial<PrivateKeySpec>): RequestedKey {
  const key = {
    algorithm: 'ECDSA',
    size: 256,
    encoding: 'PKCS8',
    rotationPolicy: 'Always',
  } as const
  return { kind: 'generated', spec: { ...key, ...spec } }
}

/** The requester's own PKCS#10, with its names in the request, as the parsers do it. */
export function own(der: Uint8Array): Pick<EffectiveRequest, 'key' | 'subject' | 'sans'> {
  const pkcs10 = valueOf(readPkcs10(der))
  return { key: { kind: 'own', pkcs10 }, subject: pkcs10.subject, sans: pkcs10.sans }
}

/** `CODE at member`, short enough for a table. */
export function told(problems: readonly Problem[], request: EffectiveRequest): readonly string[] {
  return problems.map(({ code, at }) => {
    const member = [...request.places].find(([, place]) => place === at)?.[0] ?? 'nowhere'
    return `${code} at ${member}`
  })
}
