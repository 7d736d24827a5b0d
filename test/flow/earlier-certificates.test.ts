// Valid certificates that no sink holds any more: the record lists each before a sink gets it, and status shows it.
import { X509Certificate } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { ApiClient } from '../build/api-client.ts'
import { until } from '../build/connected.ts'
import { deferred } from '../build/deferred.ts'
import { ownCluster } from '../build/own-cluster.ts'
import { requestText } from '../build/request-text.ts'
import type { Ran } from '../build/reuse/run.ts'
import type { ShownStep } from '../build/shown-json.ts'

const { cluster, workshop, record, secret, existingSecret, end } = await ownCluster('earlier')
const admin = new ApiClient(cluster, cluster.clientFor('admin', ['system:masters']))

afterEach(() => cluster.faults.clear())
afterAll(end)

const apply = (name: string): Promise<Ran> => workshop.run(['apply', '--yes', name])

const write = (name: string): void => workshop.write(`requests/${name}.yaml`, requestText({ name }))

function inSecret(name: string): X509Certificate {
  return new X509Certificate(Buffer.from(existingSecret(name).data['tls.crt'] ?? '', 'base64'))
}

/** The certificate in the Secret, in the form of status. */
function stored(name: string): { serial: string; sha256: string; notAfter: string } {
  const { serialNumber, fingerprint256, validTo } = inSecret(name)
  return {
    serial: serialNumber.toLowerCase(),
    sha256: fingerprint256.replaceAll(':', '').toLowerCase(),
    notAfter: new Date(validTo).toISOString(),
  }
}

async function earlier(name: string, ...flags: readonly string[]): Promise<readonly ShownStep[]> {
  const ran = await workshop.run(['status', '--output', 'json', ...flags])
  expect(ran.code).toBe(0)
  return JSON.parse(ran.stdout).earlier.filter((each: ShownStep) => each.name === name)
}

test('status lists a reissued and withdrawn certificate of a removed file until it expires', async () => {
  write('jane')
  expect((await apply('jane')).code).toBe(0)
  const first = stored('jane')
  expect(await earlier('jane')).toEqual([])
  workshop.edit('requests/jane.yaml', 'developers', 'releasers')
  expect((await apply('jane')).code).toBe(0)
  const second = stored('jane')
  const targets = ['Secret apps/jane-tls']
  const proof = record('jane').issued.proof.digest
  expect(await earlier('jane')).toMatchObject([{ ...first, n: 1, ended: 'reissued', targets }])
  workshop.edit('requests/jane.yaml', 'spec:\n', 'spec:\n  withdraw: true\n')
  expect((await apply('jane')).code).toBe(0)
  workshop.remove('requests/jane.yaml')
  expect(secret('jane')).toBeNull()
  expect(await earlier('jane')).toMatchObject([
    { ...first, ended: 'reissued' },
    { ...second, n: 2, ended: 'withdrawn', endedAt: record('jane').withdrawnAt, proof, targets },
  ])
  const { stdout } = await workshop.run(['status'])
  const wide = await workshop.run(['status', '--output', 'wide'])
  for (const { serial, sha256 } of [first, second]) {
    expect(stdout).toContain(serial)
    expect(wide.stdout).toMatch(new RegExp(`${serial}\\s+${sha256}\\s+Secret apps/jane-tls`))
  }
  expect(await earlier('jane', '--expiring', '1m')).toEqual([])
})

test('prove finds an earlier certificate, and tells an unknown one from a cluster that is silent', async () => {
  write('known')
  expect((await apply('known')).code).toBe(0)
  const { serial, sha256 } = stored('known')
  const der = join(workshop.folder, 'known.der')
  writeFileSync(der, inSecret('known').raw)
  workshop.edit('requests/known.yaml', 'developers', 'releasers')
  expect((await apply('known')).code).toBe(0)
  const found = await workshop.run(['prove', serial])
  expect([found.code, found.stderr]).toEqual([0, ''])
  expect(found.stdout).toMatch(/the record of known in \w+ says\n.*reissued [^\n]*\n.*CN=known/)
  expect(found.stdout).toContain(sha256)
  expect((await workshop.run(['prove', 'known.der'])).stdout).toBe(found.stdout)
  rmSync(der)
  const statement = await workshop.run(['prove', sha256, '-o', 'intoto'])
  expect([statement.code, statement.stdout]).toEqual([1, ''])
  expect(statement.stderr).toContain('APPROVAL_EVIDENCE_MISSING')
  const unknown = await workshop.run(['prove', 'ab'.repeat(32)])
  expect(unknown.code).toBe(1)
  expect(unknown.stderr).toMatch(
    /CLUSTER_CERTIFICATE_UNKNOWN.*no record in \w+ lists .* SHA-256 abab/,
  )
  expect(unknown.stderr).toContain('re-encoded copy has another SHA-256')
  expect((await workshop.run(['prove', `${serial.slice(0, 8)}…`])).stdout).toBe(found.stdout)
  const short = await workshop.run(['prove', 'ab:cd'])
  expect(short.code).toBe(1)
  expect(short.stderr).toMatch(/with the serial abcd\n.*= countersign audit -o csv lists all/)
  const silent = await workshop.run(['prove', serial, '--kubeconfig', 'missing'])
  expect(silent.code).toBe(2)
  expect(silent.stderr).not.toContain('CLUSTER_CERTIFICATE_UNKNOWN')
})

test('status lists a certificate in use whose file is gone while another file is broken', async () => {
  write('gone')
  expect((await apply('gone')).code).toBe(0)
  workshop.remove('requests/gone.yaml')
  workshop.write('requests/broken.yaml', 'metadata: {name: [')
  const ran = await workshop.run(['status', '--output', 'json'])
  workshop.remove('requests/broken.yaml')
  const { certificates, earlier: others } = JSON.parse(ran.stdout)
  expect(certificates.map(({ name }: ShownStep) => name)).not.toContain('gone')
  expect(others.find(({ name }: ShownStep) => name === 'gone')).toMatchObject({
    ...stored('gone'),
    ended: 'fileGone',
  })
})

test('a run that is killed between record and sink leaves no unknown certificate', async () => {
  for (const [name, killAt] of [
    ['unstored', 'before PATCH /secrets/'],
    ['stored', 'after PATCH /secrets/'],
  ] as const) {
    write(name)
    expect((await workshop.run(['apply', '--yes', name], { killAt })).signal).toBe('SIGKILL')
    const [known, ...others] = record(name).history
    expect([known?.n, known?.ended, others]).toEqual([1, null, []])
    expect(await earlier(name)).toMatchObject([{ sha256: known?.sha256, ended: 'unrecorded' }])
    if (secret(name) !== null) expect(stored(name)).toMatchObject({ sha256: known?.sha256 })
  }
  expect((await apply('stored')).code).toBe(0)
  expect(await earlier('stored')).toEqual([])
  expect((await apply('unstored')).code).toBe(0)
  expect(await earlier('unstored')).toMatchObject([{ n: 1, ended: 'abandoned' }])
})

const SIGNED = { method: 'PUT', path: /configmaps/ }

test('a certificate that another run kept from being recorded is not stored', async () => {
  write('overtaken')
  const { promise: opened, resolve: open } = deferred()
  cluster.faults.plan(SIGNED, { kind: 'hold', until: opened })
  const run = apply('overtaken')
  await until(() => cluster.log.some(({ method, path }) => isSigned(method, path)))
  const path = '/api/v1/namespaces/apps/configmaps/countersign-earlier-overtaken'
  const { body } = await admin.get(path)
  const changed = { ...body, metadata: { ...body.metadata, annotations: { by: 'another' } } }
  cluster.faults.clear()
  expect((await admin.put(path, changed)).code).toBe(200)
  open()
  const ran = await run
  expect([ran.code, secret('overtaken')]).toEqual([2, null])
  expect(ran.stdout).toContain('CLUSTER_CLAIM_LOST')
})

const isSigned = (method: string, path: string): boolean =>
  method === 'PUT' && path.endsWith('/countersign-earlier-overtaken')

test('a certificate whose record write got no answer is stored', async () => {
  write('unheard')
  cluster.faults.plan(SIGNED, { kind: 'reset', when: 'after' })
  expect((await apply('unheard')).code).toBe(0)
  expect(record('unheard').history).toMatchObject([{ ...stored('unheard'), ended: null }])
})
