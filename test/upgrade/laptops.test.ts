// Command lines of two versions on a real API server with the printed rights and guard: the cluster is upgraded first, the laptop is
// upgraded first, or both versions work at once.
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { VERSION_ANNOTATION } from '../../src/domain/cluster/guard-trial.ts'
import { BOTH, NO_ACCESS, RECORDS, SITE_OWNER, startAccessSite } from '../build/access-site.ts'
import type { AccessSite } from '../build/access-site.ts'
import { ApiClient, MERGE_PATCH } from '../build/api-client.ts'
import type { ApiObject } from '../build/api-object.ts'
import { inForce } from '../build/guarded-cluster.ts'
import { CLI } from '../build/workshop.ts'
import type { RunOptions } from '../build/workshop.ts'
import { PREVIOUS, paste } from './previous.ts'

const REAL = 'real kube-apiserver'
const NEW: RunOptions = {}
const NEW_ENTRY = CLI
const ADMIN = ['--kubeconfig', 'administrator']
const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
const ROLES = `/apis/rbac.authorization.k8s.io/v1/namespaces/${RECORDS}/roles`
const recordOf = (name: string): string =>
  `/api/v1/namespaces/${RECORDS}/configmaps/countersign-${SITE_OWNER}-${name}`

/** A cluster that the previous version set up, with the certificates of `jane` (with access) and `web`. */
async function atSite(act: (site: AccessSite) => Promise<void>): Promise<void> {
  const site = await startAccessSite(REAL, PREVIOUS.entry)
  try {
    site.ask('jane', BOTH)
    site.ask('web', NO_ACCESS)
    await site.guard()
    await applies(site, PREVIOUS, '2 of 2 · 2 done')
    await act(site)
  } finally {
    await site.end()
  }
}

async function applies(site: AccessSite, version: RunOptions, end: string): Promise<void> {
  const { code, stdout } = await site.apply([], version)
  expect([code, stdout]).toEqual([0, expect.stringContaining(end)])
}

async function keeps(site: AccessSite, version: RunOptions, count: number): Promise<void> {
  const { code, stdout } = await site.workshop.run(['plan'], version)
  const end = `nothing to issue, renew or withdraw: ${count} unchanged\n`
  expect([code, stdout]).toEqual([0, expect.stringContaining(end)])
}

async function revokes(site: AccessSite, name: string, version: RunOptions): Promise<void> {
  const { code, stdout } = await site.revoke(name, version)
  expect([code, stdout]).toEqual([0, expect.stringContaining(`revoked  ${name} in test`)])
}

/** What both versions report of the same state, without what depends on the time of the run. */
async function reports(site: AccessSite, version: RunOptions) {
  const audit = await site.workshop.run(['audit', ...ADMIN, '-o', 'json'], version)
  const status = await site.workshop.run(['status', '-o', 'json'], version)
  const { certificates } = JSON.parse(status.stdout)
  const states = certificates.map((each: Record<string, unknown>) => [
    each['name'],
    each['serial'],
    each['state'],
    each['roles'],
  ])
  const { certificates: audited } = JSON.parse(audit.stdout)
  return { states, audited }
}

/** The certificates that countersign got for these requests. */
async function issued({ admin }: AccessSite): Promise<readonly string[]> {
  const { body } = await admin.get('/apis/certificates.k8s.io/v1/certificatesigningrequests')
  return body.items
    .filter(({ status }: ApiObject) => status.certificate !== undefined)
    .map(({ metadata }: ApiObject) => metadata.name)
    .filter((name: string) => name.startsWith('cs-'))
    .toSorted()
}

async function namesIn(
  { admin }: AccessSite,
  path: string,
  start: string,
): Promise<readonly string[]> {
  const { body } = await admin.get(path)
  const names: readonly string[] = body.items.map(({ metadata }: ApiObject) => metadata.name)
  return names.filter(name => name.startsWith(start))
}

async function recorded(site: AccessSite, name: string) {
  const { body } = await site.admin.get(recordOf(name))
  return JSON.parse(body.data['record.json'])
}

test('in an upgraded cluster the previous command line goes on, and the new one reports the same and takes over', async () => {
  await atSite(async site => {
    await site.identity(NEW_ENTRY)
    await site.guard(NEW_ENTRY)
    await keeps(site, PREVIOUS, 2)
    site.ask('web', NO_ACCESS, ['reissue: 1'])
    await applies(site, PREVIOUS, '1 of 1 · 1 done')
    expect(await reports(site, NEW)).toEqual(await reports(site, PREVIOUS))
    await keeps(site, NEW, 2)
    await revokes(site, 'jane', PREVIOUS)
    expect(await reports(site, NEW)).toEqual(await reports(site, PREVIOUS))

    site.ask('web', NO_ACCESS, ['reissue: 2'])
    await applies(site, NEW, '1 of 1 · 1 done')
    await revokes(site, 'web', NEW)
    expect(await reports(site, PREVIOUS)).toEqual(await reports(site, NEW))
    const { history } = await recorded(site, 'web')
    expect(history.map(({ n }: { n: number }) => n)).toEqual([1, 2, 3])
  })
})

test('in a cluster of the previous version the new command line plans, renews and revokes, and what it wrote the previous one reads', async () => {
  await atSite(async site => {
    expect(await reports(site, NEW)).toEqual(await reports(site, PREVIOUS))
    await keeps(site, NEW, 2)
    site.ask('jane', BOTH, ['reissue: 1'])
    await applies(site, NEW, '1 of 1 · 1 done')
    await keeps(site, PREVIOUS, 2)
    await revokes(site, 'jane', NEW)
    expect(await reports(site, PREVIOUS)).toEqual(await reports(site, NEW))
    site.ask('web', NO_ACCESS, ['reissue: 1'])
    await applies(site, PREVIOUS, '1 of 1 · 1 done')
    await revokes(site, 'web', PREVIOUS)
    expect(await reports(site, NEW)).toEqual(await reports(site, PREVIOUS))
  })
})

test('a guard of an earlier version and a missing role are named by the new version, and the pasted commands are enough', async () => {
  await atSite(async site => {
    const { admin, workshop } = site
    const doctor = async () => (await workshop.run(['doctor', ...ADMIN])).stdout
    const changes = { metadata: { annotations: { [VERSION_ANNOTATION]: '1' } } }
    for (const name of await namesIn(site, POLICIES, 'countersign-'))
      expect((await admin.patch(`${POLICIES}/${name}`, changes, MERGE_PATCH)).code).toBe(200)
    for (const name of await namesIn(site, ROLES, 'countersign-acme-certs-apply'))
      expect((await admin.delete(`${ROLES}/${name}`)).code).toBe(200)
    site.ask('web', NO_ACCESS, ['reissue: 1'])
    const refused = await site.apply([])
    expect([refused.code, refused.stdout]).toEqual([
      2,
      expect.stringMatching(/CLUSTER_NOT_SET_UP[^]*countersign bootstrap --cluster test/),
    ])
    const before = await doctor()
    expect(before).toContain('the admission guard is of an earlier countersign')
    const commands = before.match(/countersign manifests .*\| kubectl .*/g) ?? []
    expect(new Set(commands).size).toBe(3)
    for (const command of new Set(commands)) await paste(workshop, command)
    await inForce(admin)
    expect(await doctor()).not.toContain('✗')
    await applies(site, NEW, '1 of 1 · 1 done')
  })
})

test('two versions that apply the same files at once issue each certificate once, and lose no record', async () => {
  await atSite(async site => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const round of [0, 1]) {
      for (const name of names)
        site.ask(name, round === 0 ? BOTH : NO_ACCESS, [`reissue: ${round}`])
      const runs = await Promise.all(
        [PREVIOUS, NEW, PREVIOUS, NEW].map(version => site.apply([], version)),
      )
      expect(runs.flatMap(({ stdout }) => stdout.match(/^  ✓/gm) ?? [])).toHaveLength(names.length)
      await applies(site, NEW, 'nothing')
    }
    expect(await issued(site)).toHaveLength(2 + 2 * names.length)
    expect(await reports(site, PREVIOUS)).toEqual(await reports(site, NEW))
  })
})

test('a record of version 6 stops only its own request, and nothing of it is lost', async () => {
  await atSite(async site => {
    const { token } = parse(site.applyLogin).users[0].user
    const login = new ApiClient(site.plane.backend, { token })
    const { body } = await login.get(recordOf('jane'))
    const text = body.data['record.json'].replace('"version": 7', '"version": 6')
    const old = await login.put(recordOf('jane'), { ...body, data: { 'record.json': text } })
    login.close()
    expect(old.code).toBe(200)
    site.ask('jane', BOTH, ['reissue: 1'])
    site.ask('web', NO_ACCESS, ['reissue: 1'])
    const before = await issued(site)
    const ran = await site.apply([])
    expect([ran.code, ran.stdout]).toEqual([
      1,
      expect.stringMatching(/CLUSTER_RECORD .*version 6, and this countersign reads version 7/),
    ])
    expect(ran.stdout).toContain('1 of 1 · 1 done')
    expect(await issued(site)).toHaveLength(before.length + 1)
    expect((await site.admin.get(recordOf('jane'))).body).toEqual(old.body)
  })
})
