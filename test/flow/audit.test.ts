// countersign audit on the embedded cluster; and on a real control plane with the log that its API server writes, after a key of the
// CA was stolen and a certificate was re-encoded. The latter is skipped without a real control plane or without Go.
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ApiClient } from '../build/api-client.ts'
import type { Credential } from '../build/api-client.ts'
import { auditLine } from '../build/audit-lines.ts'
import { until } from '../build/connected.ts'
import { askProgram, goProgram } from '../build/go-program.ts'
import { opensslRequest } from '../build/openssl-request.ts'
import { ownCluster } from '../build/own-cluster.ts'
import { realSubject } from '../build/real-subject.ts'
import { configure, requestText } from '../build/request-text.ts'
import type { Backend } from '../build/subjects.ts'
import { hasRealSubject } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'
import { startControlPlane } from '../control-plane/start.mjs'
import type { ControlPlane } from '../control-plane/start.mjs'

interface Audited {
  readonly certificates: readonly (Readonly<Record<string, unknown>> & {
    readonly sha256: string
  })[]
  readonly findings: readonly { readonly code: string; readonly message: string }[]
  readonly credentials: readonly {
    readonly sha256: string
    readonly username: string
    readonly state: string
    readonly request: string | null
    readonly alarm: { readonly code: string } | null
  }[]
  readonly problems: readonly { readonly code: string }[]
  readonly log: { readonly lines: object }
}

const SIGNING_REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

describe('the embedded cluster', () => {
  let at: Awaited<ReturnType<typeof ownCluster>>
  const audit = async (...flags: readonly string[]) => {
    const ran = await at.workshop.run(['audit', '--output', 'json', ...flags])
    return { code: ran.code, report: JSON.parse(ran.stdout) as Audited }
  }
  const logged = (...lines: readonly string[]) => {
    at.workshop.write('audit.log', `${lines.join('\r\n')}\r\n`)
    return audit('--log', 'audit.log')
  }

  beforeAll(async () => {
    at = await ownCluster('audited')
    at.workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
    expect((await at.workshop.run(['apply', '--yes'])).code).toBe(0)
    at.workshop.write('requests/jane.yaml', requestText({ name: 'jane', more: ['reissue: 1'] }))
    expect((await at.workshop.run(['apply', '--yes'])).code).toBe(0)
  })
  afterAll(() => at?.end())

  test('an audit has the certificate in use and the one before, with who approved them', async () => {
    const [first, second] = at.record('jane').history
    const { code, report } = await audit()
    expect([code, report.findings, report.problems]).toEqual([0, [], []])
    expect(report.certificates).toMatchObject([
      {
        request: 'jane',
        sha256: first?.sha256,
        state: 'reissued',
        subject: 'O=developers, CN=jane',
      },
      { request: 'jane', sha256: second?.sha256, state: 'in use', cluster: 'test' },
    ])
    const { stdout } = await at.workshop.run(['audit'])
    expect(stdout).toMatch(/^2 certificates, 0 findings, 0 alarms\n/)
    expect(stdout).toContain(second?.serial ?? '-')
    expect(stdout).toMatch(/ \w+ at a terminal /)
  })

  test('an audit of a time or a person has only their certificates, and CSV has a row for each', async () => {
    expect((await audit('--at', '2020-01-01')).report.certificates).toEqual([])
    expect((await audit('--who', 'requester')).report.certificates).toEqual([])
    const now = new Date().toISOString()
    const { stdout, stderr } = await at.workshop.run(['audit', '--at', now, '-o', 'csv'])
    expect(stdout.split('\r\n')).toHaveLength(4)
    expect(stdout).toMatch(/^"REQUEST","CLUSTER","NAMES",/)
    expect(stderr).toMatch(
      /^certificates valid at [-\d]+ [:\d]+Z, .*; STATE and roles are as of now$/m,
    )
  })

  test('an audit of a person finds the user of a certificate, and warns if there is no certificate of that name', async () => {
    expect((await audit('--who', 'jane')).report.certificates).toHaveLength(2)
    const ran = await at.workshop.run(['audit', '--who', 'jan'])
    expect([ran.code, ran.stdout]).toEqual([
      0,
      '0 certificates, 0 findings, 0 alarms\n\nwithout --log, an unrecorded request is seen for an hour or two, until Kubernetes deletes it\n',
    ])
    expect(ran.stderr).toMatch(
      /warning: REQUEST_NONE .* login jan, and no request or user .*\n +=.*audit lists all/,
    )
  })

  test.each([
    [['audit', '--at', '2026-02-30'], '--at 2026-02-30 is not a date'],
    [['audit', '--at', '2026-11-20T10:00'], 'or a time without zone'],
    [['audit', '--at', 'yesterday'], '--at yesterday is not a date'],
    [['status', '-o', 'csv'], '--output csv is for audit'],
  ])('countersign %j is refused: %s', async (args, message) => {
    const { code, stderr } = await at.workshop.run(args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })

  test('a log in which only known certificates are used has no alarm, and another one has', async () => {
    const known = at.record('jane').history.map(({ sha256 }) => auditLine({ sha256 }))
    const quiet = await logged(...known)
    expect([quiet.code, quiet.report.credentials.map(({ state }) => state)]).toEqual([
      0,
      ['known', 'known'],
    ])
    const { code, report } = await logged('no event', ...known, auditLine())
    expect([code, report.log.lines]).toMatchObject([1, { all: 4, noEvent: 1, firstNoEvent: 1 }])
    expect(report.credentials.map(({ alarm }) => alarm?.code ?? null)).toEqual([
      null,
      null,
      'AUDIT_NEVER_ISSUED',
    ])
  })

  test('an audit without a readable configuration has found out nothing, which is not 1', async () => {
    const before = at.workshop.read('countersign.yaml')
    at.workshop.write('countersign.yaml', 'kind: [')
    const { code, stdout } = await at.workshop.run(['audit'])
    expect([code, stdout]).toEqual([2, expect.stringContaining('FILE_YAML')])
    at.workshop.write('countersign.yaml', before)
  })

  test('a log that is empty, missing or another file is a failure with its reason', async () => {
    at.workshop.write('empty.log', '')
    at.workshop.write('other.log', 'I1127 started\n')
    at.workshop.write('begun.log', auditLine({ stage: 'RequestReceived' }))
    for (const [file, reason] of [
      ['empty.log', 'the audit log is empty'],
      ['other.log', 'the audit log has no event of audit.k8s.io/v1'],
      ['begun.log', 'no event of audit.k8s.io/v1 with the stage ResponseComplete'],
      ['missing.log', 'missing.log cannot be read: there is no such file'],
    ] as const) {
      const { code, stderr } = await at.workshop.run(['audit', '--log', file])
      expect([code, stderr]).toEqual([2, expect.stringContaining(reason)])
    }
  })

  test('a log needs the name of its cluster if there are several, and has no alarm if it does not answer', async () => {
    at.workshop.write('audit.log', `${auditLine()}\n`)
    const before = at.workshop.read('countersign.yaml')
    const more = '  other: {server: "https://127.0.0.1:1", recordNamespace: apps}\ndefaults:'
    at.workshop.write('countersign.yaml', before.replace('defaults:', more))
    const { code, stderr } = await at.workshop.run(['audit', '--log', 'audit.log'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('--cluster test | other')])
    const silent = await audit('--log', 'audit.log', '--cluster', 'other')
    expect([silent.code, silent.report.credentials]).toEqual([2, []])
    expect((await audit('--log', 'audit.log', '--cluster', 'test')).code).toBe(1)
    at.workshop.write('countersign.yaml', before)
  })

  test('a revocation ends certificates before the record says so, and their use after it is an alarm', async () => {
    expect((await at.workshop.run(['revoke', 'jane', '--yes'])).code).toBeLessThan(2)
    const [, inUse] = at.record('jane').history
    expect(inUse?.ended).toBeNull()
    const later = new Date(Date.now() + 120_000)
    const { report } = await logged(auditLine({ sha256: inUse?.sha256 ?? '', at: later }))
    expect(report.certificates).toMatchObject([
      { state: 'revoked', endedBy: 'admin' },
      { state: 'revoked', endedBy: 'admin' },
    ])
    expect(report.credentials[0]?.alarm?.code).toBe('AUDIT_USED_AFTER_END')
  })

  test('a client certificate that another user had approved is a finding', async () => {
    const admin = new ApiClient(at.cluster, at.cluster.clientFor('admin', ['system:masters']))
    const made = await admin.created(SIGNING_REQUESTS, {
      metadata: { name: 'by-hand' },
      spec: {
        request: opensslRequest({ subject: '/CN=eve' }).base64,
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['client auth'],
      },
    })
    const conditions = [{ type: 'Approved', status: 'True', reason: 'KubectlApprove' }]
    await admin.put(`${SIGNING_REQUESTS}/by-hand/approval`, { ...made, status: { conditions } })
    await until(
      async () =>
        (await admin.get(`${SIGNING_REQUESTS}/by-hand`)).body.status?.certificate !== undefined,
    )
    const { code, report } = await audit()
    expect([code, report.findings.map(each => each.code)]).toEqual([1, ['AUDIT_UNPROVED']])
    expect(report.findings[0]?.message).toContain('"by-hand": CN=eve')
    // The name of a claim that ended is no excuse.
    const map = '/api/v1/namespaces/apps/configmaps/countersign-audited-jane'
    const { body } = await admin.get(map)
    const record = JSON.parse(body.data?.['record.json'] ?? '')
    const claim = { holder: 'ended', n: 9, objectName: 'by-hand', grant: null }
    const claims = async (deadline: string): Promise<void> => {
      const stale = JSON.stringify({ ...record, claim: { ...claim, deadline } })
      const { body: now } = await admin.get(map)
      expect((await admin.put(map, { ...now, data: { 'record.json': stale } })).code).toBe(200)
    }
    await claims('2026-01-01T00:00:00Z')
    expect((await audit()).report.findings).toHaveLength(1)
    await claims(new Date(Date.now() + 60_000).toISOString())
    expect((await audit()).report.findings).toEqual([])
    expect((await at.workshop.run(['audit'])).stdout).toContain('without --log, an unrecorded')
    admin.close()
  })
})

const program = hasRealSubject
  ? goProgram({
      name: 'reencoded',
      module: join(import.meta.dirname, 'reencoded'),
      judges: 'that an audit finds re-encoded certificates is not tested',
    })
  : null
const describeReal = program === null ? describe.skip : describe
const FORMS = 5
/** After the renewal time of a certificate of 24 hours, and before its end. */
const LATER_MS = 18 * 3_600_000
const NAMES = Array.from({ length: 47 }, (_, index) => `u${index + 1}`)

function sha256Of(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
}

describeReal('the log of a real API server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-audit-'))
  const log = join(folder, 'audit.log')
  const workshop = new Workshop()
  let plane: ControlPlane
  let backend: Backend
  let admin: ApiClient

  const act = async (credential: Credential): Promise<number> => {
    const client = new ApiClient(backend, credential)
    const { code } = await client.get('/version')
    await client.get('/api/v1/namespaces/apps/secrets')
    client.close()
    return code
  }
  const pairOf = async (name: string): Promise<Required<Omit<Credential, 'token'>>> => {
    const { body } = await admin.get(`/api/v1/namespaces/apps/secrets/${name}-tls`)
    const text = (key: string) => Buffer.from(body.data[key] ?? '', 'base64').toString('utf8')
    return { certificatePem: text('tls.crt'), keyPem: text('tls.key') }
  }
  const apply = async (): Promise<void> => {
    const ran = await workshop.run(['apply', '--yes', '--max-issue', '60'])
    if (ran.code !== 0) throw new Error(ran.stdout + ran.stderr)
  }
  /** An apply after the renewal time; the clock of the API server stays, so that the certificate before still works. */
  const renew = async (name: string): Promise<void> => {
    const NODE_OPTIONS = `--import ${new URL('../build/clock-ahead.mjs', import.meta.url).pathname}`
    const env = { AHEAD_MS: String(LATER_MS), NODE_OPTIONS }
    const ran = await workshop.run(['apply', name, '--yes', '-o', 'json'], { env })
    expect(JSON.parse(ran.stdout).outcomes).toMatchObject([{ kind: 'issued' }])
    expect(JSON.parse(ran.stdout).plan.steps).toContainEqual(
      expect.objectContaining({ kind: 'renew', name, because: 'RenewalDue' }),
    )
  }
  const audit = async () => {
    const ran = await workshop.run(['audit', '--log', log, '--output', 'json'])
    return { code: ran.code, report: JSON.parse(ran.stdout) as Audited }
  }
  const alarmsOf = ({ credentials }: Audited) => credentials.filter(({ alarm }) => alarm !== null)

  beforeAll(async () => {
    const policy = join(folder, 'policy.json')
    const rules = [{ level: 'Metadata', omitStages: ['RequestReceived'] }]
    writeFileSync(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }))
    plane = await startControlPlane({
      separateClientCa: true,
      signerQps: 500,
      apiserverFlags: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
    })
    backend = await realSubject(plane.kubeconfig)
    admin = new ApiClient(backend, backend.admin)
    await admin.created('/api/v1/namespaces', { metadata: { name: 'apps' } })
    workshop.useKubeconfig(backend, backend.admin)
    configure(workshop, { owner: 'audited', namespace: 'apps' })
    for (const name of NAMES) workshop.write(`requests/${name}.yaml`, requestText({ name }))
    await apply()
  })
  afterAll(async () => {
    admin?.close()
    await backend?.close()
    await plane?.stop()
    workshop.end()
    rmSync(folder, { recursive: true, force: true })
  })

  test('of fifty identities only the stolen CA key and the re-encoded certificate are alarms, once the control plane is listed', async () => {
    const oldest = await pairOf('u1')
    for (let renewal = 1; renewal <= 3; renewal++) await renew('u1')
    for (const name of NAMES) expect(await act(await pairOf(name))).toBe(200)
    expect(await act(oldest)).toBe(200)
    const stolen = signedWithCaKey('/CN=system:kube-scheduler')
    expect(await act(stolen)).toBe(200)
    const { server, caPem } = backend
    const calls = [{ method: 'GET', path: '/version', body: null }]
    const question = { server, caPem, ...(await pairOf('u2')), calls }
    const forms = askProgram(program ?? '', JSON.stringify(question), FORMS) as readonly {
      readonly id: string
    }[]
    const copies = forms.slice(1).map(({ id }) => id.replace('X509SHA256=', ''))
    const last = copies.at(-1) ?? '-'
    await until(() => readFileSync(log, 'utf8').includes(last))

    const first = await audit()
    expect(first.code).toBe(1)
    const unlisted = alarmsOf(first.report).filter(
      ({ username }) => username === 'admin' || username === 'system:kube-controller-manager',
    )
    expect(unlisted.map(({ sha256 }) => sha256)).toContain(
      sha256Of(backend.admin.certificatePem ?? ''),
    )
    expect(unlisted).toHaveLength(2)

    const lines = unlisted.map(({ sha256, username }) => `{sha256: ${sha256}, note: ${username}}`)
    workshop.edit(
      'countersign.yaml',
      'recordNamespace: apps',
      `recordNamespace: apps, knownCredentials: [${lines.join(', ')}]`,
    )
    const { code, report } = await audit()
    expect(code).toBe(1)
    const scheduler = sha256Of(stolen.certificatePem ?? '')
    const found = alarmsOf(report).map(each => `${each.sha256} ${each.request} ${each.alarm?.code}`)
    expect(new Set(found)).toEqual(
      new Set([
        `${scheduler} null AUDIT_UNKNOWN_CREDENTIAL`,
        ...copies.map(id => `${id} u2 AUDIT_NEVER_ISSUED`),
      ]),
    )
    const states = new Map(report.credentials.map(({ sha256, state }) => [sha256, state]))
    expect(states.get(sha256Of(oldest.certificatePem))).toBe('known')
    const known = report.credentials.filter(({ state }) => state === 'known')
    expect(new Set(known.map(({ request }) => request))).toEqual(new Set(NAMES))
    // Of u1 there are four: countersign itself logs in once with each new one.
    expect(known).toHaveLength(NAMES.length + 3)
  })

  function signedWithCaKey(subject: string): Credential {
    const { pem, keyPem } = opensslRequest({ subject })
    const file = join(folder, 'stolen.csr')
    writeFileSync(file, pem)
    const args = ['-CA', plane.clientCaPath, '-CAkey', plane.clientCaKeyPath, '-days', '1']
    const certificatePem = execFileSync('openssl', ['x509', '-req', '-in', file, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return { certificatePem, keyPem }
  }
})
