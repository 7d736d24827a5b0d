// Kubernetes must accept what countersign accepts: nearly valid requests and manifests go through our reader and rules, through
// Go's crypto/x509 and through the API server's own validation. docs/reference/request-formats.md explains what only we refuse. RUNS=… sets
// the number of inputs and prints counts to stderr.
import { createHash, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from '@jest/globals'
import { effectiveRequests } from '../../../src/core/config/apply-defaults.ts'
import type { Checked } from '../../../src/domain/problem.ts'
import { checked } from '../../../src/domain/problem.ts'
import type { EffectiveRequest } from '../../../src/domain/request/request.ts'
import { signerProblems } from '../../../src/lib/kubernetes/kubernetes-rules.ts'
import { parseRequest } from '../../../src/core/request/parse-request.ts'
import { bitString, nullValue, oid, sequence } from '../../../src/lib/x509/der-write.ts'
import { encodeName } from '../../../src/lib/x509/x500-name.ts'
import { encodePem } from '../../../src/lib/x509/pem.ts'
import { children } from '../../build/der-walk.ts'
import { SeededRandom } from '../../build/model/seeded-random.ts'
import { mutatedDer } from '../../build/mutated-der.ts'
import { mutatedManifest } from '../../build/mutated-manifest.ts'
import { config, requestFile } from '../../build/request.ts'
import { extension } from '../../../src/lib/x509/pkcs10-write.ts'
import {
  bytes,
  extensionRequest,
  named,
  rawRequest,
  request,
  testKey,
} from '../../unit/lib/x509/build.ts'
import { askGo, hasGo } from './go-judge.ts'
import { KUBERNETES_DIFFERENCES } from './kubernetes-differences.ts'
import { askKubernetes, kubernetesJudge } from './kubernetes-judge.ts'
import { ASKED_RUNS, ASKED_SEED, runs } from '../../build/extent.ts'

const RUNS = runs(24_000)
const SEED = ASKED_SEED ?? Date.now() % 2 ** 31
const counts = new Map<string, number>()
afterAll(() => {
  if (ASKED_RUNS !== null)
    process.stderr.write(`${JSON.stringify(Object.fromEntries(counts), null, 2)}\n`)
})

const describeWithGo = hasGo && kubernetesJudge !== null ? describe : describe.skip
const KEY = testKey('Ed25519')
const ED25519 = sequence(oid('1.3.101.112'))
const CONFIG = config(
  'defaultCluster: prod',
  'clusters: {prod: {provider: other}}',
  'defaults:',
  '- paths: ["requests/**"]',
  '  spec: {signerName: kubernetes.io/kube-apiserver-client, usages: [client auth], duration: 24h, namespace: apps}',
)

/** The effective request, or every problem that countersign reports. */
function taken(path: string, content: string): Checked<EffectiveRequest> {
  const read = parseRequest(requestFile(content, { path: `requests/${path}` }), 'requests')
  if (!read.ok) return read
  const effective = effectiveRequests(read.value, CONFIG)
  if (!effective.ok) return effective
  const [first] = effective.value
  return checked(signerProblems(first!, null).problems, () => first!)
}

/** Valid requests of every kind, to be mutated: names, alternative names, extensions, attributes. */
function seeds(): readonly Uint8Array[] {
  const attributes = [
    extensionRequest(
      sequence(
        extension(
          '2.5.29.17',
          false,
          bytes('3013 8201 61 8704 0a000001 8608 687474703a2f2f61'.replaceAll(' ', '')),
        ),
        extension('2.5.29.15', true, bytes('03020780')),
        extension('2.5.29.37', false, bytes('300a06082b06010505070302')),
        extension('2.5.29.19', true, bytes('3000')),
        extension('1.2.3.4', false, bytes('0500')),
      ),
    ),
    sequence(oid('1.2.840.113549.1.9.2'), bytes('3103 0c01 61')),
  ]
  return [
    request({ key: KEY }),
    request({
      key: KEY,
      subject: named('CN=jane', 'O=developers', 'O=ops', 'C=DE', 'emailAddress=a@b.example'),
    }),
    request({
      key: KEY,
      sans: [
        { kind: 'dnsName', value: 'a.example' },
        { kind: 'emailAddress', value: 'jane@example.com' },
        { kind: 'ipAddress', value: '2001:db8::1' },
        { kind: 'uri', value: 'spiffe://cluster.local/ns/a' },
      ],
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
    }),
    rawRequest({ key: KEY, attributes: [...attributes].toReversed() }),
    rawRequest({ key: KEY, attributes }),
  ]
}

/** Keys and signatures that the API server accepts and a strict reader does not. */
function odd(): readonly Uint8Array[] {
  const rsa = testKey('RSA-2048')
  const sha1 = sequence(oid('1.2.840.113549.1.1.5'), nullValue())
  const weak = (data: Uint8Array) => new Uint8Array(sign('sha1', data, rsa.privateKey))
  return [
    request({ key: testKey('RSA-1024') }),
    request({ key: testKey('P-256') }),
    rawRequest({ key: rsa, algorithm: sha1, sign: weak }),
    rawRequest({ key: KEY, subject: encodeName(named('CN=jane', 'O=')) }),
  ]
}

/** Most are signed again after the mutation, so that more than the signature is tested. */
function mutatedRequest(seed: Uint8Array, chance: SeededRandom): Uint8Array {
  if (chance.is(0.15)) return mutatedDer(seed, chance)
  const [whole] = children(Buffer.from(seed))
  const info = mutatedDer(children(whole!.content)[0]!.bytes, chance)
  return sequence(info, ED25519, bitString(KEY.sign(info)))
}

function count(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

interface Quarrel {
  readonly input: string
  readonly messages: readonly string[]
}

/** Collects inputs that only the judge refuses, and inputs that only we refuse without an explained reason. */
class Comparison {
  readonly theyRefuse: Quarrel[] = []
  readonly unexplained: Quarrel[] = []

  add(input: string, ours: Checked<unknown>, theirs: { ok: boolean; error: string }): void {
    if (ours.ok) {
      if (!theirs.ok) this.theyRefuse.push({ input, messages: [theirs.error] })
      count('both take it')
      return
    }
    count(theirs.ok ? 'only we refuse' : 'both refuse')
    if (!theirs.ok) return
    const messages = ours.problems.map(({ message }) => message)
    const known = messages
      .map(text => KUBERNETES_DIFFERENCES.find(each => each.message.test(text)))
      .find(reason => reason !== undefined)
    if (known === undefined) this.unexplained.push({ input, messages })
    count(`only we refuse: ${known?.why}`)
  }

  expectNone(): void {
    const some = (list: readonly Quarrel[]) => list.slice(0, 5)
    expect(some(this.theyRefuse)).toEqual([])
    expect(some(this.unexplained)).toEqual([])
  }
}

describeWithGo('Kubernetes', () => {
  test(`Kubernetes accepts every PKCS#10 that countersign accepts (FC_SEED=${SEED})`, () => {
    const chance = new SeededRandom(SEED)
    const made = seeds()
    const ders = Array.from({ length: RUNS / 2 }, () => mutatedRequest(chance.of(made), chance))
    const verdicts = askGo(ders)
    const comparison = new Comparison()
    for (const [index, theirs] of verdicts.entries()) {
      const pem = encodePem('CERTIFICATE REQUEST', ders[index]!)
      comparison.add(pem, taken('jane.csr', pem), theirs)
    }
    comparison.expectNone()
  })

  test(`Kubernetes accepts every manifest that countersign accepts, and reads the same in it (FC_SEED=${SEED})`, () => {
    const chance = new SeededRandom(SEED + 1)
    const made = seeds()
    const ders = [
      ...made,
      ...made,
      ...made,
      ...odd(),
      ...made.map(der => mutatedRequest(der, chance)),
    ]
    const texts = Array.from({ length: RUNS / 2 }, () => mutatedManifest(ders, chance))
    const verdicts = askKubernetes(kubernetesJudge!, texts)
    const comparison = new Comparison()
    for (const [index, theirs] of verdicts.entries()) {
      const text = texts[index]!
      const isJson = text.startsWith('{')
      const ours = taken(isJson ? 'jane.json' : 'jane.yaml', text)
      comparison.add(text, ours, theirs)
      if (ours.ok && theirs.ok)
        expect(sightOf(ours.value, text)).toEqual({ text, ...withoutOk(theirs) })
    }
    comparison.expectNone()
  })
})

function withoutOk({
  name,
  signerName,
  usages,
  expirationSeconds,
  request: digest,
}: ReturnType<typeof askKubernetes>[number]) {
  return {
    name,
    signerName,
    usages,
    expirationSeconds: expirationSeconds ?? 86_400,
    request: digest,
  }
}

function sightOf(
  { name, signerName, usages, durationSeconds, key }: EffectiveRequest,
  text: string,
) {
  if (key.kind !== 'own') throw new Error('the key is not in the manifest')
  const digest = createHash('sha256').update(key.pkcs10.der).digest('hex')
  return { text, name, signerName, usages, expirationSeconds: durationSeconds, request: digest }
}

test('the documentation explains every rule that is stricter than Kubernetes', () => {
  const text = readFileSync(
    new URL('../../../docs/reference/request-formats.md', import.meta.url),
    'utf8',
  )
  for (const { why } of KUBERNETES_DIFFERENCES) expect(text).toContain(why)
})
