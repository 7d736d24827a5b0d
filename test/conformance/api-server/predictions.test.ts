// Our predictions against the built-in signers: generated requests are created and approved, and the certificate or the Failed
// message must equal the prediction. RUNS=… sets the number of requests.
import { expect, test } from '@jest/globals'
import type { Pkcs10, X509Certificate } from '../../../src/domain/cluster/certificate.ts'
import type { San } from '../../../src/domain/request/x500.ts'
import type { EffectiveRequest } from '../../../src/domain/request/request.ts'
import type { Usage } from '../../../src/domain/request/usage.ts'
import type { Seen, SigningRequest } from '../../../src/domain/cluster/signing-request.ts'
import type { KubernetesCluster } from '../../../src/adapters/kubernetes/objects/cluster-client.ts'
import { predict } from '../../../src/lib/kubernetes/predict-certificate.ts'
import { signerFailure } from '../../../src/lib/kubernetes/built-in-signer-failure.ts'
import { readCertificates } from '../../../src/lib/x509/x509-certificate.ts'
import { context, oid, utf8String } from '../../../src/lib/x509/der-write.ts'
import { attribute, encodeName } from '../../../src/lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../../src/lib/x509/oids.ts'
import { encodePem } from '../../../src/lib/x509/pem.ts'
import { readPkcs10 } from '../../../src/lib/x509/pkcs10.ts'
import { formatSan } from '../../../src/lib/x509/general-names.ts'
import { clusterAt } from '../../build/connected.ts'
import { effective } from '../../build/effective.ts'
import { SeededRandom } from '../../build/model/seeded-random.ts'
import { valueOf } from '../../build/request.ts'
import { SIGNING_REQUESTS } from '../../build/signing-requests.ts'
import { describeSubjects } from '../../build/subjects.ts'
import type { Subject } from '../../build/subjects.ts'
import { request, testKey } from '../../unit/lib/x509/build.ts'
import { ASKED_SEED, runs } from '../../build/extent.ts'
import { PATIENCE_MS } from '../../build/patience.ts'

const RUNS = runs(300, 60)
const SEED = ASKED_SEED ?? Date.now() % 2 ** 31
const AT_ONCE = 10

const CLIENT = 'kubernetes.io/kube-apiserver-client'
const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'
const KUBELET_SERVING = 'kubernetes.io/kubelet-serving'
const KEYS = [testKey('P-256'), testKey('Ed25519'), testKey('RSA-2048')]
const TEXTS = [
  'jane',
  'developers',
  'a b',
  'a@b',
  'jäne',
  '東京',
  "O'Neill",
  'x'.repeat(60),
  '*',
  'a,b+c="d"',
]
const SANS: readonly San[] = [
  { kind: 'dnsName', value: 'b.example' },
  { kind: 'dnsName', value: '*.a.example' },
  { kind: 'ipAddress', value: '10.0.0.1' },
  { kind: 'ipAddress', value: '2001:db8::1' },
  { kind: 'emailAddress', value: 'jane@example.com' },
  { kind: 'uri', value: 'spiffe://example.org/ns/a' },
  { kind: 'otherName', der: context(0, oid('1.2.3'), context(0, utf8String('jane'))) },
]
const SECONDS = [600, 601, 3600, 28_799, 28_800, 28_801, 86_400, 31_536_000, 40_000_000]
const NODE = ['system:node:n1', 'system:node:', 'n1', 'system:nodes']

interface Case {
  readonly pkcs10: Pkcs10
  readonly request: EffectiveRequest
}

/** Most kubelet requests are nearly valid; otherwise only the first check of the signer would be tested. */
function anyCase(chance: SeededRandom): Case {
  const signerName = chance.weighted([
    [4, CLIENT],
    [3, KUBELET_CLIENT],
    [3, KUBELET_SERVING],
  ])
  const isNode = signerName !== CLIENT
  const named = isNode ? nodeName(chance) : anyName(chance)
  const wanted = isNode && chance.is(0.6) ? nodeSans(signerName) : anySans(chance)
  const der = request({ key: chance.of(KEYS), subject: named, sans: wanted })
  const pkcs10 = valueOf(readPkcs10(der))
  const { subject, sans } = pkcs10
  const durationSeconds = chance.of(SECONDS)
  const usages = usagesOf(signerName, chance)
  const key = { kind: 'own', pkcs10 } as const
  return { pkcs10, request: effective({ signerName, subject, sans, usages, durationSeconds, key }) }
}

function anyName(chance: SeededRandom) {
  const types = Object.values(ATTRIBUTE_OIDS)
  const kept = ['C', 'O', 'OU', 'L', 'ST', 'CN', 'serialNumber', 'STREET', 'postalCode'] as const
  const one = () => {
    const type = chance.is(0.8) ? ATTRIBUTE_OIDS[chance.of(kept)] : chance.of(types)
    return attribute(type, type === ATTRIBUTE_OIDS.C ? 'DE' : chance.of(TEXTS))
  }
  const count = chance.below(6)
  return Array.from({ length: count }, () => (chance.is(0.15) ? [one(), one()] : [one()]))
}

function nodeName(chance: SeededRandom) {
  const groups = chance.is(0.8) ? ['system:nodes'] : chance.of([[], ['a'], ['system:nodes', 'a']])
  const name = chance.is(0.7) ? 'system:node:n1' : chance.of(NODE)
  const parts = [
    ...groups.map(group => [attribute(ATTRIBUTE_OIDS.O, group)]),
    [attribute(ATTRIBUTE_OIDS.CN, name)],
  ]
  return chance.is(0.5) ? parts : parts.toReversed()
}

function nodeSans(signerName: string): readonly San[] {
  return signerName === KUBELET_SERVING ? SANS.slice(0, 1) : []
}

function anySans(chance: SeededRandom): readonly San[] {
  return Array.from({ length: chance.below(4) }, () => chance.of(SANS))
}

function usagesOf(signerName: string, chance: SeededRandom): readonly Usage[] {
  const own = signerName === KUBELET_SERVING ? 'server auth' : 'client auth'
  if (chance.is(0.6))
    return chance.is(0.5)
      ? [own, 'digital signature']
      : ['key encipherment', own, 'digital signature']
  return chance.of<readonly Usage[]>([
    [own],
    ['digital signature'],
    ['client auth', 'server auth', 'digital signature'],
    [own, 'signing'],
    ['any'],
    ['key encipherment', own],
  ])
}

/** Creates and approves the request, and returns what the signer made of it. */
async function carriedOut(
  cluster: KubernetesCluster,
  name: string,
  { request: asked, pkcs10 }: Case,
) {
  const { signingRequests } = cluster
  const stop = new AbortController()
  // Watching starts before the create, as in cluster/settle: a shared watch does not repeat earlier events.
  const states = signingRequests.observe(name, stop.signal)
  const late = setTimeout(() => stop.abort(), PATIENCE_MS)
  try {
    // kube-controller-manager approves requests of nodes by itself right after their creation.
    const before = Date.now()
    const made = await signingRequests.create({
      name,
      labels: { 'countersign.dev/owner': 'acme' },
      annotations: {},
      request: encodePem('CERTIFICATE REQUEST', pkcs10.der),
      signerName: asked.signerName,
      usages: asked.usages,
      expirationSeconds: asked.durationSeconds,
    })
    if (made.kind !== 'created') throw new Error(`${name} exists`)
    await signingRequests.approve(made.object, 'Test', '')
    const object = await decided(states)
    if (object === null) throw new Error(`${name} was neither signed nor failed within 60 s`)
    return { object, before, after: Date.now() }
  } finally {
    clearTimeout(late)
    stop.abort()
  }
}

/** The first state that is signed or failed; null if the watch ends before. */
async function decided(states: AsyncIterable<Seen>): Promise<SigningRequest | null> {
  for await (const seen of states) {
    if (seen.kind === 'absent') continue
    const { certificate, conditions } = seen.object
    if (certificate !== null || conditions.some(({ type }) => type === 'Failed')) return seen.object
  }
  return null
}

/** The compared facts: the bytes of the subject, names, usages, lifetime. */
function sightOf(certificate: X509Certificate) {
  const { subject, sans, keyUsage, extendedKeyUsage, notBefore, notAfter } = certificate
  return {
    subject: Buffer.from(encodeName(subject)).toString('hex'),
    sans: sans.map(formatSan),
    keyUsage,
    extendedKeyUsage,
    seconds: (notAfter.getTime() - notBefore.getTime()) / 1000,
  }
}

function predictedSight(asked: EffectiveRequest) {
  const predicted = predict(asked, null)
  if (predicted.kind !== 'predicted') throw new Error(predicted.why)
  const { subject, sans, keyUsage, extendedKeyUsage, lifetimeSeconds, backdateSeconds } = predicted
  return {
    subject: Buffer.from(encodeName(subject)).toString('hex'),
    sans: sans.map(formatSan),
    keyUsage,
    extendedKeyUsage,
    seconds: lifetimeSeconds + backdateSeconds,
  }
}

async function compare(
  subject: Subject,
  cluster: KubernetesCluster,
  index: number,
  one: Case,
): Promise<'signed' | 'failed'> {
  const name = subject.name(`p${index}`)
  subject.later(`${SIGNING_REQUESTS}/${name}`)
  const { object, before, after } = await carriedOut(cluster, name, one).catch((cause: unknown) => {
    throw new Error(JSON.stringify([one.request.signerName, one.request.usages]), { cause })
  })
  const failed = object.conditions.find(({ type }) => type === 'Failed')
  const about = { index, signer: one.request.signerName, usages: one.request.usages }
  expect({ ...about, failure: failed?.message ?? null }).toEqual({
    ...about,
    failure: signerFailure(one.request),
  })
  if (failed !== undefined) return 'failed'
  const [certificate] = valueOf(readCertificates(object.certificate ?? ''))
  expect({ ...about, ...sightOf(certificate!) }).toEqual({
    ...about,
    ...predictedSight(one.request),
  })
  const issued = certificate!.notBefore.getTime() + 300_000
  expect(issued).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000)
  expect(issued).toBeLessThanOrEqual(after)
  return 'signed'
}

describeSubjects('the built-in signers', subject => {
  test(`the signers sign what is predicted, and fail with the predicted message (FC_SEED=${SEED})`, async () => {
    const chance = new SeededRandom(SEED)
    const cases = Array.from({ length: RUNS }, () => anyCase(chance))
    const cluster = clusterAt(subject().backend, subject().backend.admin)
    const ends: string[] = []
    try {
      for (let from = 0; from < cases.length; from += AT_ONCE) {
        const some = cases.slice(from, from + AT_ONCE)
        ends.push(
          ...(await Promise.all(
            some.map((one, index) => compare(subject(), cluster, from + index, one)),
          )),
        )
      }
    } finally {
      await cluster.close()
    }
    for (const end of ['signed', 'failed'])
      expect(ends.filter(each => each === end).length).toBeGreaterThan(RUNS / 5)
  })
})
