// Emergency access on the embedded cluster: GitHub does not answer, two people ask with their own kubeconfigs, and the controller issues.
import { hash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import type { PassReport } from '../../src/domain/cluster/pass-report.ts'
import { codeFor, pairOf } from '../build/access-place.ts'
import { LOOK, RECORD } from '../build/controller-scene.ts'
import {
  ASK,
  AWAY,
  EMERGENCY,
  JANE,
  MAPS,
  MINUTE as LOOK_SECONDS,
  PACE,
  emergency,
} from '../build/emergency-scene.ts'
import { inForce } from '../build/guarded-cluster.ts'

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
      'owner@example.com',
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

    const second = await as('reviewer@example.com', 'jane', '--for', '1h', '--yes')
    expect(second.code).toBe(0)
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
const forged = {
  metadata: {
    name: 'countersign.emergency.acme-certs.jane',
    labels: { 'countersign.dev/emergency': 'acme-certs' },
  },
  data: {
    request: 'jane',
    seconds: '3600',
    reason: 'forged',
    first: 'owner@example.com',
    second: 'reviewer@example.com',
  },
}

test('each ask that cannot count is refused with its own code, and nothing is written', async () => {
  await emergency(async ({ acme, clock, place, start, setNow, as }) => {
    const owner = 'owner@example.com'
    const asks = async (person: string, ...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await as(person, ...args)
      return code === 0
        ? 'asked'
        : (/[A-Z]+_[A-Z_]+(?= {2})/.exec(`${stdout}${stderr}`)?.[0] ?? stderr)
    }
    const usual = ['jane', '--for', '1h', '--reason', 'down'] as const
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    expect(await asks(owner, ...usual)).toBe('EMERGENCY_CONTROLLER')
    await start({ pace: PACE })
    await clock.passes(2 * LOOK_SECONDS)

    expect((await as(owner)).stdout).toContain('nobody asks')
    expect(await asks('stranger', ...usual)).toBe('EMERGENCY_PERSON')
    const list = await as('stranger')
    expect(list.stdout + list.stderr).toContain('stranger is not in emergency.people')
    expect(await asks(owner, 'root', '--for', '1h', '--reason', 'down')).toBe('EMERGENCY_REQUEST')
    expect(await asks(owner, 'jane', '--for', '9m', '--reason', 'down')).toBe('EMERGENCY_DURATION')
    expect(await asks(owner, 'jane', '--for', '5h', '--reason', 'down')).toBe('EMERGENCY_DURATION')
    expect(await asks(owner, 'jane', '--reason', 'down')).toBe('RUN_USAGE')
    expect(await asks(owner, 'jane', '--for', '1h')).toBe('RUN_USAGE')
    const { body: binding } = await place.admin.get(BINDING)
    await place.admin.delete(BINDING)
    expect(await asks(owner, ...usual)).toBe('EMERGENCY_UNGUARDED')
    expect((await place.admin.get(ASK)).code).toBe(404)
    const { name } = binding.metadata
    await place.admin.created(GUARD, { metadata: { name }, spec: binding.spec })
    await inForce(place.admin)
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/apps/rolebindings'
    const { body: role } = await place.admin.get(`${roles}/countersign-acme-certs-emergency`)
    await place.admin.delete(`${roles}/countersign-acme-certs-emergency`)
    expect(await asks(owner, ...usual)).toMatch(/^(EMERGENCY|CLUSTER)_FORBIDDEN$/)
    await place.admin.created(roles, { ...role, metadata: { name: role.metadata.name } })
    expect((await place.admin.get(ASK)).code).toBe(404)

    expect(await asks(owner, ...usual)).toBe('asked')
    expect((await as('reviewer@example.com')).stdout).toContain(
      'jane for 1h: owner@example.com and nobody yet',
    )
    expect(await asks(owner, ...usual)).toBe('EMERGENCY_PERSON')
    expect(await asks('reviewer@example.com', 'jane', '--for', '2h')).toBe('EMERGENCY_DURATION')
    await clock.passes(2 * 3600)
    expect((await place.admin.get(ASK)).code).toBe(404)
    expect(await asks('reviewer@example.com', 'jane', '--for', '1h')).toBe('RUN_USAGE')
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
    await place.admin.created(GUARD, {
      metadata: { name },
      spec: { ...binding.spec, validationActions: ['Audit'] },
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
    await as('owner@example.com', ...ask)
    await as('reviewer@example.com', 'jane', '--for', '1h', '--yes')
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
    await as('owner@example.com', 'jane', '--for', '1h', '--reason', 'down')
    await as('reviewer@example.com', 'jane', '--for', '1h', '--yes')
    await clock.passes(3 * LOOK_SECONDS)
    expect(controller.done()).toEqual(['issued jane', 'refused jane ACCESS_REVOKED'])
    expect(await certificates()).toBe(1)
    expect((await place.admin.get(ASK)).code).toBe(404)
  })
})
