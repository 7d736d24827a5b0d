import { expect, test } from '@jest/globals'
import { leafOf } from '../../../../src/core/plan/current-certificate.ts'
import { recordedCertificates } from '../../../../src/core/plan/certificate-history.ts'
import { grantGroup, guardedGrant, guardPolicyName } from '../../../../src/domain/cluster/grant.ts'
import { bindingName } from '../../../../src/domain/cluster/grant-binding.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { RevocationTarget } from '../../../../src/workflows/revoke/revocation-targets.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import type { GrantBinding, Grants } from '../../../../src/ports/grants.ts'
import { failure, ok, unplaced } from '../../../../src/domain/problem.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import type { Revocations } from '../../../../src/ports/grants.ts'
import { writesPolicy } from '../../../../src/setup/guard/guard-for-writes.ts'
import { gatherTargets, revokeIn } from '../../../../src/workflows/revoke/revoke.ts'
import { clusterConfig, effective } from '../../../build/effective.ts'
import { issuedRecord, requestRecord } from '../../../build/issued.ts'
import { installation } from '../../../build/installation.ts'
import { standIn } from '../../../build/stand-in.ts'

const GRANT = grantGroup('acme', 'a'.repeat(20))

function binding(name: string): GrantBinding {
  return {
    name,
    request: 'jane',
    grants: [GRANT],
    clusterRole: 'view',
    namespace: 'apps',
    isGranting: true,
    isExact: true,
    isOfTheseRecords: true,
    uid: name,
  }
}

/** What a revocation of jane adds and removes. `now`: the bindings at that time, null if they cannot be listed. */
async function revoked(
  known: readonly GrantBinding[],
  now: readonly GrantBinding[] | null,
  isKnown = false,
  { isDenied, ...changes }: Partial<RequestRecord> & { readonly isDenied?: boolean } = {},
  failed: readonly Problem[] = [],
) {
  const added: string[] = []
  const removed: string[] = []
  const cluster = standIn<Cluster>({
    name: 'prod',
    bindingsOf: async () => [],
    revocations: standIn<Revocations>({
      add: async ({ what, value }) => void added.push(`${what} ${value}`),
    }),
    grants: standIn<Grants>({
      list: async () => {
        if (now === null) throw failure('CLUSTER_UNREACHABLE', 'gone')
        return now
      },
      unbind: async each => {
        if (isDenied === true) throw failure('CLUSTER_ADMISSION', `no deletion of ${each.name}`)
        removed.push(each.name)
        return ok('ended')
      },
    }),
  })
  const target: RevocationTarget = {
    what: 'request',
    value: 'jane',
    records: [requestRecord(effective({ name: 'jane' }), { issued: null, ...changes })],
    others: [],
    bindings: known,
  }
  const revocation = {
    what: 'request',
    value: 'jane',
    by: 'owner',
    at: new Date(0),
    name: 'r',
    uid: 'u',
  } as const
  const place = {
    cluster,
    owner: 'acme',
    recordNamespace: 'countersign',
    by: 'owner',
    targets: [target],
    revocations: isKnown ? [revocation] : [],
    isListed: true,
    failed,
    logins: [],
  }
  const [outcome] = await revokeIn(place)
  const problems = outcome?.problems.map(({ code }) => code)
  const kept = outcome?.kept ?? undefined
  return { added, removed, outcome: outcome?.outcome, problems, ...(kept && { kept }) }
}

test('a revocation removes the bindings that exist when it is stored, and revokes their grants', async () => {
  expect(await revoked([binding('before')], [binding('meanwhile')])).toEqual({
    added: ['request jane', `grant ${GRANT}`],
    removed: ['meanwhile'],
    outcome: 'revoked',
    problems: [],
  })
})

test('a recorded binding that cannot be deleted is one problem, though it has a second attempt', async () => {
  const request = effective({ name: 'jane' })
  const granted = {
    places: [{ clusterRole: 'view', namespace: 'apps' }],
    roles: {},
    namespaces: {},
  }
  const record = requestRecord(request, { issued: { ...issuedRecord(request), granted } })
  const history = recordedCertificates(record).map(each => ({ ...each, grant: GRANT }))
  const isDenied = { ...record, history, isDenied: true }
  const left = await revoked([], [binding(bindingName(GRANT, 'view'))], false, isDenied)
  expect(left).toMatchObject({
    outcome: 'incomplete',
    removed: [],
    problems: ['CLUSTER_ADMISSION'],
  })
  const unlisted = await revoked([], null, false, isDenied)
  expect(unlisted.problems).toEqual(['CLUSTER_UNREACHABLE', 'CLUSTER_ADMISSION'])
})

test('a revocation removes the bindings that were known before if they cannot be listed again', async () => {
  expect(await revoked([binding('before')], null)).toMatchObject({
    removed: ['before'],
    outcome: 'incomplete',
  })
})

test('a request without a grant is not revoked: its revocation is stored, and no access ended', async () => {
  const ended = await revoked([], [], false, { history: [] })
  expect(ended).toMatchObject({ outcome: 'noGrant', added: ['request jane'] })
  const issued = issuedRecord(effective({ name: 'jane' }))
  const left = await revoked([], [], false, { issued, history: [] })
  expect(left).toMatchObject({
    outcome: 'noGrant',
    kept: { username: 'jane', until: leafOf(issued)?.notAfter },
  })
  const again = await revoked([], [], true, { issued, history: [] })
  expect(again).toMatchObject({
    outcome: 'alreadyRevoked',
    kept: { username: 'jane', until: leafOf(issued)?.notAfter },
  })
  const unread = [unplaced('CLUSTER_RECORD', 'unreadable')]
  const unknown = await revoked([], [], false, { history: [] }, unread)
  expect(unknown.outcome).toBe('revoked')
})

test('a second revocation is stored too, since a change may have been approved in between', async () => {
  const record = requestRecord(effective({ name: 'jane' }), {
    issued: issuedRecord(effective({ name: 'jane' })),
  })
  const history = recordedCertificates(record).map(each => ({ ...each, grant: GRANT }))
  expect(await revoked([], [], true, { history })).toEqual({
    added: ['request jane', `grant ${GRANT}`],
    removed: [],
    outcome: 'alreadyRevoked',
    problems: [],
  })
})

/** What is found of jane, and the problems, in a cluster with these members. */
async function gathered(members: Partial<Cluster>) {
  const failures: Problem[] = []
  const open = async (): Promise<Cluster> =>
    standIn<Cluster>({ name: 'prod', close: async () => undefined, ...members })
  const asked = { names: ['jane'], login: null, grant: null }
  const found = await gatherTargets(clusterConfig(), 'acme', asked, { open }, failures, true)
  return { found, codes: [...failures, ...(found?.failed ?? [])].map(({ code }) => code) }
}

test('a cluster that does not answer is asked once, and nothing is known of it', async () => {
  const whoAmI = async (): Promise<never> => {
    throw failure('CLUSTER_UNREACHABLE', 'gone')
  }
  expect(await gathered({ whoAmI })).toEqual({ found: null, codes: ['CLUSTER_UNREACHABLE'] })
})

test('all rights that a login lacks are one problem, and its bindings are unknown', async () => {
  const list = async (): Promise<never> => {
    throw failure('CLUSTER_FORBIDDEN', `no ${Math.random()}`)
  }
  const { found, codes } = await gathered({
    whoAmI: async () => ({ username: 'reader', groups: [] }),
    records: standIn<Cluster['records']>({ list }),
    revocations: standIn<Revocations>({ list }),
    grants: standIn<Grants>({ list }),
  })
  expect([codes, found?.isListed]).toEqual([['CLUSTER_FORBIDDEN'], false])
})

test('a problem that was reported before the revocation is not reported again, and the access is incomplete', async () => {
  const known = [unplaced('CLUSTER_UNREACHABLE', 'gone', null)]
  const again = await revoked([binding('before')], null, false, {}, known)
  expect(again).toMatchObject({ outcome: 'incomplete', problems: [] })
})

const LATER = new Date('2100-01-01T00:00:00Z')
const [{ spec: SPEC } = { spec: {} }] = writesPolicy(installation({ owner: 'acme' }))

interface Writes {
  readonly grants: readonly (string | null)[]
  /** Another record than that of these certificates. */
  readonly changes?: Partial<RequestRecord>
  /** Null if the guard of writes is not there. */
  readonly spec?: object | null
  /** What of the guard this login may not read. */
  readonly hidden?: 'policy' | 'binding'
  readonly isLive?: boolean | null
  /** The binding of its group developers. */
  readonly team?: string
  readonly what?: RevocationTarget['what']
  readonly isRecorded?: boolean
}

/** What a revocation of jane, whose valid certificates have these grants, says of writes. */
async function endedWrites({ grants, changes = {}, spec = SPEC, isLive = false, ...more }: Writes) {
  const { team = 'RoleBinding team (ClusterRole edit)', what = 'request', isRecorded = true } = more
  const request = effective({ name: 'jane' })
  const record = requestRecord(request, { issued: issuedRecord(request) })
  const [certificate] = recordedCertificates(record)
  if (certificate === undefined) throw new Error('nothing is recorded')
  const history = grants.map(grant => ({ ...certificate, grant, notAfter: LATER }))
  const policyName = guardPolicyName('acme', 'writes')
  const bound = { policyName, validationActions: ['Deny'] }
  const cluster = standIn<Cluster>({
    name: 'prod',
    now: async () => new Date('2026-01-01T00:00:00Z'),
    bindingsOf: async ({ groups }) => (groups.includes('developers') ? [team] : []),
    setupObjects: {
      read: async ({ kind }) => {
        const part = kind.endsWith('Binding') ? 'binding' : 'policy'
        if (part === more.hidden) return 'hidden'
        return spec && ({ spec: part === 'binding' ? bound : spec } as never)
      },
    },
    revocations: standIn<Revocations>({ add: async () => undefined }),
    grants: standIn<Grants>({
      list: async () => [],
      unbind: async () => ok('ended'),
      isLive: async () => isLive,
    }),
  })
  const target: RevocationTarget = {
    what,
    value: what === 'grant' ? GUARDED : 'jane',
    records: isRecorded ? [{ ...record, history, ...changes }] : [],
    others: [],
    bindings: [],
  }
  const recordNamespace = 'countersign'
  const place = { cluster, owner: 'acme', recordNamespace, by: 'owner', targets: [target] }
  const none = { revocations: [], isListed: true, failed: [], logins: [] }
  const [outcome] = await revokeIn({ ...place, ...none })
  const { writes, problems } = outcome ?? {}
  return [writes, problems?.map(({ code }) => code)]
}

const [GUARDED = '', OTHER = ''] = ['a', 'b'].map(each => guardedGrant('acme', each.repeat(20)))
const GROUP_LEFT = ['unknown', ['ACCESS_LEFT']]
const UNGUARDED = ['unguarded', ['ACCESS_LEFT']]

test('writes count as refused only if each valid certificate has a guarded grant and the guard was seen', async () => {
  expect(await endedWrites({ grants: [GUARDED, OTHER] })).toEqual(['refused', []])
  expect(await endedWrites({ grants: [GUARDED], spec: null })).toEqual(UNGUARDED)
  for (const hidden of ['policy', 'binding'] as const)
    expect(await endedWrites({ grants: [GUARDED], hidden })).toEqual(GROUP_LEFT)
  for (const grants of [[GUARDED, null], [GUARDED, GRANT], [null]])
    expect(await endedWrites({ grants })).toEqual(GROUP_LEFT)
})

test.each<[string, object]>([
  [
    'another match condition',
    { matchConditions: [{ name: 'guarded-grant', expression: 'false' }] },
  ],
  ['fewer resources', { matchConstraints: { resourceRules: [] } }],
  ['a rule that admits everything', { validations: [{ expression: 'true' }] }],
  ['a failure policy that admits', { failurePolicy: 'Ignore' }],
])('writes do not count as refused by a policy with %s', async (_, changes) => {
  expect(await endedWrites({ grants: [GUARDED], spec: { ...SPEC, ...changes } })).toEqual(UNGUARDED)
})

test('writes do not count as refused if the API server says that the grant is live, or may not be asked', async () => {
  expect(await endedWrites({ grants: [GUARDED], isLive: null })).toEqual(GROUP_LEFT)
  const [writes, codes] = await endedWrites({ grants: [GUARDED], isLive: true })
  expect([writes, codes]).toEqual(['unknown', ['ACCESS_LEFT', 'ACCESS_LEFT']])
})

test('writes do not count as refused if an abandoned certificate may work, or one without a grant is being made', async () => {
  const abandoned = [{ n: 1, objectName: 'cs-1', sha256: 'a', notAfter: LATER }]
  expect(await endedWrites({ grants: [GUARDED], changes: { abandoned } })).toEqual(GROUP_LEFT)
  const claim = { holder: 'run', n: 2, objectName: 'cs-2', deadline: LATER, grant: null }
  expect(await endedWrites({ grants: [GUARDED], changes: { claim } })).toEqual(GROUP_LEFT)
})

test('the group of an administrator is left though the guard refuses writes, because it may end the guard', async () => {
  const team = 'ClusterRoleBinding admins (ClusterRole cluster-admin)'
  expect(await endedWrites({ grants: [GUARDED], team })).toEqual(['refused', ['ACCESS_LEFT']])
})

test('writes by a grant that no record has do not count as refused', async () => {
  const asked = { grants: [GUARDED], what: 'grant' } as const
  expect(await endedWrites(asked)).toEqual(['refused', []])
  expect(await endedWrites({ ...asked, isRecorded: false })).toEqual(['unknown', []])
})
