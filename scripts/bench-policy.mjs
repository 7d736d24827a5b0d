// node scripts/bench-policy.mjs: the time of policy decisions per request and policy, and its growth. A run of ten times the size may
// take ten times as long; the ratio is printed, because absolute times depend on the machine.
import { compile } from './compile.mjs'
import { ROOT } from './run.mjs'

const REQUESTS = { few: 1000, many: 10_000 }
const POLICIES = 50
/** More growth per request would mean that the decision on one request depends on the others. */
const MOST_GROWTH = 1.5

compile()
const { parsePolicy } = await import(`${ROOT}build/core/policy/parse-policy.js`)
const { judge } = await import(`${ROOT}build/core/policy/judge-policies.js`)
const { attribute } = await import(`${ROOT}build/lib/x509/x500-name.js`)
const policies = Array.from({ length: POLICIES }, (_, index) => policy(index, parsePolicy))
const requests = Array.from({ length: REQUESTS.many }, (_, index) => request(index, attribute))
time(requests.slice(0, REQUESTS.few), policies, judge) // warm
const few = time(requests.slice(0, REQUESTS.few), policies, judge)
const many = time(requests, policies, judge)
for (const { count, allowed, perPair, total } of [few, many]) {
  console.log(
    `${count} requests × ${POLICIES} policies: ${(total / 1000).toFixed(2)} s, ${(perPair * 1000).toFixed(2)} µs a pair, ${allowed} allowed`,
  )
}
const growth = many.perPair / few.perPair
console.log(`growth per pair from ${few.count} to ${many.count} requests: ${growth.toFixed(2)}`)
if (growth > MOST_GROWTH) process.exitCode = 1

function time(requests, policies, judge) {
  const start = performance.now()
  let allowed = 0
  for (const one of requests) {
    const requester = { login: 'author', id: 1001, name: one.name }
    if (judge(one, policies, [], { requester }).decision === 'allowed') allowed++
  }
  const total = performance.now() - start
  const pairs = requests.length * policies.length
  return { count: requests.length, allowed, total, perPair: total / pairs }
}

/** A tenth of the policies applies to each request: by folder, by cluster, by signer. Half of them have rules. */
function policy(index, parsePolicy) {
  const rules = [
    '  rules: [{rule: "request.commonName == requester.name"}]',
    '  rules: [{rule: "request.dnsNames.all(d, d.endsWith(\'.example.com\'))"}]',
  ]
  const text = [
    'apiVersion: countersign.dev/v1',
    'kind: CertificateRequestPolicy',
    `metadata: {name: policy-${index}}`,
    'spec:',
    `  selector: {paths: ["requests/team-${index % 10}/**"], clusters: [prod], signerNames: ["kubernetes.io/*"]}`,
    '  allowed:',
    '    commonName: {required: true, validations: [{rule: "self.matches(\'^[a-z][a-z0-9-]{1,30}$\')"}]}',
    '    dnsNames: {values: ["*.example.com", "*.svc.cluster.local"]}',
    `    subject: {organizations: {values: [team-${index % 10}, "group-*"]}}`,
    '    usages: [digital signature, client auth]',
    '  constraints: {maxDuration: 168h}',
    '  sinks: [{secret: {namespaces: ["team-*"], names: ["*-tls"]}}]',
    ...(index % 2 === 0 ? rules.slice(0, 1) : rules.slice(1)),
    '',
  ].join('\n')
  const bytes = new TextEncoder().encode(text)
  const path = `policies/policy-${index}.yaml`
  const read = parsePolicy({ path, bytes, mode: '100644', blob: '1'.repeat(40), uncommitted: null })
  if (read.ok) return read.value
  throw new Error(read.problems.map(({ message }) => message).join('; '))
}

/** One in four requests a value that no policy allows. */
function request(index, attribute) {
  const name = `name-${index}`
  const team = `team-${index % 10}`
  const path = `requests/${team}/${name}.yaml`
  const organization = index % 4 === 0 ? 'admins' : team
  const sans = [0, 1, 2, 3].map(n => ({ kind: 'dnsName', value: `${name}-${n}.example.com` }))
  return {
    name,
    path,
    blob: '1'.repeat(40),
    format: 'countersign',
    uncommitted: null,
    places: new Map([['', { file: path, line: 1, column: 1, length: 1, excerpt: null }]]),
    cluster: 'prod',
    signerName: 'kubernetes.io/kube-apiserver-client',
    subject: [[attribute('2.5.4.3', name)], [attribute('2.5.4.10', organization)]],
    sans,
    usages: ['digital signature', 'client auth'],
    durationSeconds: 86_400,
    renewBefore: null,
    key: {
      kind: 'generated',
      spec: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' },
    },
    sinks: [
      {
        kind: 'secret',
        namespace: team,
        name: `${name}-tls`,
        labels: {},
        annotations: {},
        keystores: { pkcs12: null },
        adopt: false,
      },
    ],
    reissue: 0,
    withdraw: false,
  }
}
