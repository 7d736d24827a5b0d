// Emergency access on the embedded cluster: GitHub does not answer, two people ask with their own kubeconfigs, and the controller issues.
import { hash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import type { PassReport } from '../../src/domain/cluster/pass-report.ts'
import type { Installation } from '../../src/domain/cluster/installation.ts'
import { guardManifests } from '../../src/setup/guard/guard-policies.ts'
import { identityManifests } from '../../src/setup/rbac/apply-identity.ts'
import { codeFor, pairOf } from '../build/access-place.ts'
import { LOOK, RECORD, scene } from '../build/controller-scene.ts'
import type { Scene } from '../build/controller-scene.ts'
import { configuration } from '../build/github-run.ts'
import { applyOnServer, inForce } from '../build/guarded-cluster.ts'
import { personOf } from '../build/history/people.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { installation } from '../build/installation.ts'
import type { Ran } from '../build/reuse/run.ts'
import { Workshop } from '../build/workshop.ts'

const JANE = 'requests/people/jane.yaml'
const AWAY = { kind: 'serverError', status: 503, times: 1_000_000 } as const
const APPROVAL = {
  configuration: { required: 1, users: [personOf('owner')] },
  requests: { required: 1 },
}
const ASK = '/api/v1/namespaces/apps/configmaps/countersign.emergency.acme-certs.jane'
const EMERGENCY = {
  people: ['alice@example.com', 'bob@example.com'],
  maxDuration: '4h',
  requests: ['jane'],
}
const CONFIG = { approval: APPROVAL, emergency: EMERGENCY }
/** Seconds of one look with this pace. */
const LOOK_SECONDS = 60
const PACE = { look: LOOK_SECONDS, renew: LOOK_SECONDS, giveUp: 600, duration: 900 }

interface Emergency extends Scene {
  readonly as: (person: string, ...args: readonly string[]) => Promise<Ran>
}

/** A scene with the guard, and a kubeconfig for each of the people. */
async function emergency(act: (scene: Emergency) => Promise<void>): Promise<void> {
  const workshop = new Workshop()
  await scene(
    async given => {
      const { place, cluster } = given
      const installed = installedAt(given)
      await applyOnServer(identityManifests(installed), place.admin)
      await applyOnServer(guardManifests(installed, { approvers: [] }), place.admin)
      await inForce(place.admin)
      workshop.write(
        'countersign.yaml',
        usualFile('countersign.yaml', configuration(place, CONFIG)),
      )
      for (const person of [...EMERGENCY.people, 'mallory'])
        workshop.write(`${person}.kubeconfig`, cluster.kubeconfig(person))
      await act({
        ...given,
        as: (person, ...args) => {
          const KUBECONFIG_PROD = workshop.read(`${person}.kubeconfig`)
          return workshop.run(['emergency', ...args], { env: { KUBECONFIG_PROD } })
        },
      })
    },
    CONFIG,
    1,
    undefined,
    true,
  ).finally(() => workshop.end())
}

function installedAt({ place }: Scene): Installation {
  const usual = installation()
  return installation({
    owner: place.owner,
    cluster: { ...usual.cluster, recordNamespace: place.namespace },
    subject: { kind: 'User', name: place.user },
    planner: null,
    emergency: { ...EMERGENCY, needs: 2, maxDurationSeconds: 14_400 },
  })
}

const proofOf = (body: { readonly data: Readonly<Record<string, string>> }): string =>
  JSON.parse(body.data['record.json'] ?? '{}').issued?.proof.kind
const offline = (passes: readonly PassReport[]): readonly PassReport[] =>
  passes.filter(({ isOffline }) => isOffline)

test('two people get a request issued while GitHub does not answer; it ends, and the next proof issues it anew', async () => {
  await emergency(async ({ acme, clock, place, start, setNow, certificates, as }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await start({ pace: PACE })
    await clock.passes(3 * LOOK_SECONDS)
    expect(controller.problems).toEqual([])
    expect(controller.done()).toEqual(['issued jane'])
    acme.github.faults.push(AWAY)

    const first = await as(
      'alice@example.com',
      'jane',
      '--for',
      '1h',
      '--reason',
      'the forge is down',
    )
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toContain('countersign emergency jane --for 3600s --cluster prod')
    await clock.passes(3 * LOOK_SECONDS)
    expect(await certificates()).toBe(1)

    const second = await as('bob@example.com', 'jane', '--for', '1h')
    expect(second).toMatchObject({ code: 0, stderr: '' })
    await clock.passes(3 * LOOK_SECONDS)
    expect(controller.done()).toEqual(['issued jane', 'issued jane'])
    expect(offline(controller.passes)).toHaveLength(1)
    const { body } = await place.admin.get(RECORD)
    expect(JSON.parse(body.data['record.json'] ?? '').issued.proof).toMatchObject({
      kind: 'emergency',
      emergency: { people: EMERGENCY.people, reason: 'the forge is down' },
    })
    expect((await place.admin.get(ASK)).code).toBe(404)
    const pair = await pairOf(place, 'jane')
    expect(await codeFor(pair, '/version', place)).toBe(200)

    await clock.passes(5 * 3600)
    expect(await certificates()).toBe(2)
    expect(await codeFor(pair, '/version', place)).toBe(401)
    acme.github.faults.clear()
    await clock.passes(2 * LOOK)
    expect(proofOf((await place.admin.get(RECORD)).body)).toBe('review')
  })
})

const GUARD = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'
const BINDING = `${GUARD}/countersign-acme-certs-emergency`
const MAPS = '/api/v1/namespaces/apps/configmaps'
const forged = {
  metadata: {
    name: 'countersign.emergency.acme-certs.jane',
    labels: { 'countersign.dev/emergency': 'acme-certs' },
  },
  data: {
    request: 'jane',
    seconds: '3600',
    reason: 'forged',
    first: 'alice@example.com',
    second: 'bob@example.com',
  },
}

test('each ask that cannot count is refused with its own code, and nothing is written', async () => {
  await emergency(async ({ acme, clock, place, start, setNow, as }) => {
    const alice = 'alice@example.com'
    const asks = async (person: string, ...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await as(person, ...args)
      return code === 0
        ? 'asked'
        : (/[A-Z]+_[A-Z_]+(?= {2})/.exec(`${stdout}${stderr}`)?.[0] ?? stderr)
    }
    const usual = ['jane', '--for', '1h', '--reason', 'down'] as const
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    expect(await asks(alice, ...usual)).toBe('EMERGENCY_CONTROLLER')
    await start({ pace: PACE })
    await clock.passes(2 * LOOK_SECONDS)

    expect((await as(alice)).stdout).toContain('nobody asks')
    expect(await asks('mallory', ...usual)).toBe('EMERGENCY_PERSON')
    expect(await asks(alice, 'web', '--for', '1h', '--reason', 'down')).toBe('EMERGENCY_REQUEST')
    expect(await asks(alice, 'jane', '--for', '9m', '--reason', 'down')).toBe('EMERGENCY_DURATION')
    expect(await asks(alice, 'jane', '--for', '5h', '--reason', 'down')).toBe('EMERGENCY_DURATION')
    expect(await asks(alice, 'jane', '--reason', 'down')).toBe('RUN_USAGE')
    expect(await asks(alice, 'jane', '--for', '1h')).toBe('RUN_USAGE')
    const { body: binding } = await place.admin.get(BINDING)
    await place.admin.delete(BINDING)
    expect(await asks(alice, ...usual)).toBe('EMERGENCY_UNGUARDED')
    expect((await place.admin.get(ASK)).code).toBe(404)
    const { name } = binding.metadata
    await place.admin.created(GUARD, { metadata: { name }, spec: binding.spec })
    await inForce(place.admin)
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/apps/rolebindings'
    const { body: role } = await place.admin.get(`${roles}/countersign-acme-certs-emergency-1`)
    await place.admin.delete(`${roles}/countersign-acme-certs-emergency-1`)
    expect(await asks(alice, ...usual)).toMatch(/^(EMERGENCY|CLUSTER)_FORBIDDEN$/)
    const { roleRef, subjects } = role as unknown as Readonly<Record<string, object>>
    const again = { metadata: { name: role.metadata.name }, roleRef, subjects }
    await place.admin.created(roles, again)
    expect((await place.admin.get(ASK)).code).toBe(404)

    expect(await asks(alice, ...usual)).toBe('asked')
    expect((await as('bob@example.com')).stdout).toContain(
      'jane for 1h: alice@example.com and nobody yet',
    )
    expect(await asks(alice, ...usual)).toBe('EMERGENCY_PERSON')
    expect(await asks('bob@example.com', 'jane', '--for', '2h')).toBe('EMERGENCY_DURATION')
    await clock.passes(2 * 3600)
    expect(await asks('bob@example.com', 'jane', '--for', '1h')).toBe('EMERGENCY_ENDED')
    expect((await place.admin.get(ASK)).body.data).not.toHaveProperty('second')
  })
})

test('an ask that was written without the guard, or by a changed configuration, issues nothing', async () => {
  await emergency(async ({ acme, clock, place, start, setNow, certificates, as }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await start({ pace: PACE })
    await clock.passes(2 * LOOK_SECONDS)
    acme.github.faults.push(AWAY)
    const { body: binding } = await place.admin.get(BINDING)
    const { name } = binding.metadata
    const codes = (): readonly string[] => [...new Set(controller.problems.map(({ code }) => code))]

    // Without the guard, the names of an ask may be anybody's.
    await place.admin.delete(BINDING)
    await inForce(place.admin)
    expect((await place.admin.post(MAPS, forged)).code).toBe(201)
    await clock.passes(3 * LOOK_SECONDS)
    expect(codes()).toContain('EMERGENCY_UNGUARDED')
    expect((await place.admin.get(ASK)).code).toBe(404)

    // A binding that only writes to the audit log is older than the ask, and refuses nothing.
    controller.problems.length = 0
    const { spec } = binding as unknown as { readonly spec: object }
    await place.admin.created(GUARD, {
      metadata: { name },
      spec: { ...spec, validationActions: ['Audit'] },
    })
    await inForce(place.admin)
    await clock.passes(2 * LOOK_SECONDS)
    expect((await place.admin.post(MAPS, forged)).code).toBe(201)
    await clock.passes(3 * LOOK_SECONDS)
    expect(codes()).toContain('EMERGENCY_UNGUARDED')
    expect(await certificates()).toBe(1)
    await place.admin.delete(BINDING)
    await inForce(place.admin)

    // The guard comes back after the ask.
    controller.problems.length = 0
    expect((await place.admin.post(MAPS, forged)).code).toBe(201)
    await place.admin.created(GUARD, { metadata: { name }, spec: binding.spec })
    await inForce(place.admin)
    await clock.passes(3 * LOOK_SECONDS)
    expect(codes()).toContain('EMERGENCY_UNGUARDED')
    expect(await certificates()).toBe(1)

    // What is kept may be changed by users who end the guard of records: it is of the commit in the Lease, and as this process wrote it.
    controller.problems.length = 0
    const ask = ['jane', '--for', '1h', '--reason', 'down'] as const
    const kept = `${MAPS}/countersign-acme-certs-trusted.files`
    const { body } = await place.admin.get(kept)
    const files = JSON.parse(body.data['files.json'] ?? '')
    await place.admin.delete(`${GUARD}/countersign-acme-certs-records`)
    await inForce(place.admin)
    const changedTo = async (changed: object): Promise<void> => {
      const data = { 'files.json': JSON.stringify(changed) }
      const { metadata } = (await place.admin.get(kept)).body
      expect((await place.admin.put(kept, { metadata, data })).code).toBe(200)
    }
    await changedTo({ ...files, files: files.files.toReversed() })
    await as('alice@example.com', ...ask)
    await as('bob@example.com', ...ask)
    expect((await place.admin.get(ASK)).body.data).toHaveProperty('second')
    await clock.passes(3 * LOOK_SECONDS)
    expect(await certificates()).toBe(1)
    await changedTo({ ...files, commit: '0'.repeat(40) })
    await clock.passes(3 * LOOK_SECONDS)
    expect(codes()).toContain('EMERGENCY_FILES')
    expect(await certificates()).toBe(1)
  })
})

test('an emergency lifts no revocation', async () => {
  await emergency(async ({ acme, clock, place, start, setNow, certificates, as }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await start({ pace: PACE })
    await clock.passes(2 * LOOK_SECONDS)
    acme.github.faults.push(AWAY)
    const digest = hash('sha256', 'request jane').slice(0, 16)
    await place.admin.created(MAPS, {
      metadata: {
        name: `countersign.revoked.acme-certs.${digest}-a`,
        labels: { 'countersign.dev/revokes': 'acme-certs' },
      },
      data: { what: 'request', value: 'jane', by: 'admin' },
    })
    await as('alice@example.com', 'jane', '--for', '1h', '--reason', 'down')
    await as('bob@example.com', 'jane', '--for', '1h')
    await clock.passes(3 * LOOK_SECONDS)
    expect(controller.done()).toEqual(['issued jane', 'refused jane ACCESS_REVOKED'])
    expect(await certificates()).toBe(1)
    expect((await place.admin.get(ASK)).code).toBe(404)
  })
})
