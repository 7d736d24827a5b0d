// A step with access against the embedded cluster: what is bound, when nothing is requested, and what is left after a refusal.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { systemClock } from '../../../../src/adapters/system/system-clock.ts'
import type { Clock } from '../../../../src/ports/clock-port.ts'
import { ApiClient } from '../../../build/api-client.ts'
import type { KubernetesCluster } from '../../../../src/adapters/kubernetes/objects/cluster-client.ts'
import {
  grantGroup,
  guardedGrant,
  isGrantOf,
  isGuardedGrant,
  guardPolicyName,
} from '../../../../src/domain/cluster/grant.ts'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { ApprovalProof, ApprovedStep } from '../../../../src/domain/proof/approved.ts'
import type { IssuingStep } from '../../../../src/domain/cluster/plan-step.ts'
import { failure, ok, refuseAs } from '../../../../src/domain/problem.ts'
import type { Access } from '../../../../src/domain/request/access.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import type { Grants, RoleRule } from '../../../../src/ports/grants.ts'
import { startSandboxCluster } from '../../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../../src/sandbox/sandbox-cluster.ts'
import { writesPolicy } from '../../../../src/setup/guard/guard-for-writes.ts'
import { issueStep } from '../../../../src/workflows/issue/issue.ts'
import { attributeValues } from '../../../../src/lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../../../src/lib/x509/oids.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { readCertificates } from '../../../../src/lib/x509/x509-certificate.ts'
import { approvedStep } from '../../../build/approved.ts'
import { clusterAt } from '../../../build/connected.ts'
import { effective, secretSink } from '../../../build/effective.ts'
import { evidence } from '../../../build/evidence.ts'
import { NOW } from '../../../build/issued.ts'
import { installation } from '../../../build/installation.ts'
import { outcomeCodes, replaced, sessionWith, STEP_CONFIG } from '../../../build/one-step.ts'
import { ruleOf } from '../../../build/role-rule.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { valueOf } from '../../../build/request.ts'

const READER: Access = { clusterRole: 'pod-reader', namespaces: ['apps'] }
const EVERYWHERE: Access = { clusterRole: 'node-reader', namespaces: null }

/** Waits for signers as long as they need, and not between two looks at the access. */
const IMPATIENT: Clock = {
  now: () => systemClock.now(),
  sleep: (milliseconds, signal) =>
    systemClock.sleep(milliseconds === 250 ? 0 : milliseconds, signal),
}

let sandbox: SandboxCluster
let admin: ApiClient
let open: KubernetesCluster
let count = 0
let request: EffectiveRequest

beforeAll(async () => {
  sandbox = await startSandboxCluster({ namespaces: ['apps'] })
  const credential = sandbox.clientFor('admin', ['system:masters'])
  admin = new ApiClient(sandbox, credential)
  const roles = { 'pod-reader': ['pods'], 'node-reader': ['nodes'], empty: [] }
  for (const [name, resources] of Object.entries(roles)) {
    const rules = resources.map(each => ({ apiGroups: [''], resources: [each], verbs: ['list'] }))
    await admin.created('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      metadata: { name },
      rules,
    })
  }
  open = clusterAt(sandbox, credential, { owner: STEP_CONFIG.owner })
})
afterAll(async () => {
  admin.close()
  await open.close()
  await sandbox.close()
})
beforeEach(() => {
  count += 1
  request = withAccess([READER, EVERYWHERE])
})

function withAccess(access: readonly Access[]): EffectiveRequest {
  const name = `user-${count}`
  return effective({ name, access, sinks: [secretSink({ name: `${name}-tls` })] })
}

/** The port with some answers replaced; the guard counts as seen unless a test says otherwise. */
function grantsWith(changes: Partial<Grants> = {}): Pick<Cluster, 'grants'> {
  const { grants } = open
  return {
    grants: {
      list: () => grants.list(),
      bind: (wanted, look) => grants.bind(wanted, look),
      unbind: binding => grants.unbind(binding),
      isLive: grant => grants.isLive(grant),
      rulesOf: role => grants.rulesOf(role),
      namespaceUid: name => grants.namespaceUid(name),
      checkGuard: async () => ok(null),
      ...changes,
    },
  }
}

/** Other rules of pod-reader. */
function grantsWithRules(rules: readonly RoleRule[]): Pick<Cluster, 'grants'> {
  const { grants } = open
  return grantsWith({
    rulesOf: async role => (role === 'pod-reader' ? rules : grants.rulesOf(role)),
  })
}

async function issue(
  changes: Partial<Cluster> = {},
  step: ApprovedStep<IssuingStep> = approvedStep(request),
): Promise<StepOutcome> {
  const replacing = { ...grantsWith(), ...changes }
  return issueStep(step, await sessionWith(open, replacing, {}, { clock: IMPATIENT }))
}

function reviewed(record: RequestRecord | null, mergedAt: string): ApprovedStep<IssuingStep> {
  const proof: ApprovalProof = {
    kind: 'review',
    evidence: evidence({
      pullRequest: { ...evidence().pullRequest, mergedAt },
      approvals: evidence().approvals.map(each => ({ ...each, at: mergedAt })),
    }),
    at: NOW,
    digest: 'a'.repeat(64),
  }
  return { ...approvedStep(request, record), proof }
}

async function bound(): Promise<readonly string[]> {
  const all = await open.grants.list()
  return all
    .filter(each => each.request === request.name)
    .map(({ clusterRole, namespace }) => `${clusterRole} ${namespace ?? '*'}`)
    .toSorted()
}

async function recordOf({ name }: EffectiveRequest): Promise<RequestRecord> {
  const record = await open.records.read(name)
  if (record === null) throw new Error('no record')
  return record
}

/** Neither an object nor a record of an attempt is left. */
async function expectNothingRequested(): Promise<void> {
  const { items } = await open.signingRequests.list(STEP_CONFIG.owner)
  expect(items.filter(({ name }) => name.includes(request.name))).toEqual([])
  expect(await bound()).toEqual([])
}

describe('a request with access', () => {
  test('its certificate carries one grant, which is bound to each role before the Secret exists', async () => {
    let boundAtStore: readonly string[] = []
    const { secrets } = open
    const outcome = await issue({
      secrets: {
        rehearse: (...of) => secrets.rehearse(...of),
        read: (...of) => secrets.read(...of),
        remove: (...of) => secrets.remove(...of),
        apply: async (...of) => {
          boundAtStore = await bound()
          return secrets.apply(...of)
        },
      },
    })
    expect(outcomeCodes(outcome)).toEqual(['issued'])
    expect(boundAtStore).toEqual(['node-reader *', 'pod-reader apps'])
    const { issued, history } = await recordOf(request)
    const [leaf] = valueOf(readCertificates(issued?.certificate ?? ''))
    const groups = attributeValues(leaf?.subject ?? [], ATTRIBUTE_OIDS.O).filter(group =>
      isGrantOf(STEP_CONFIG.owner, group),
    )
    expect(groups).toEqual([history[0]?.grant])
    expect(Object.keys(issued?.granted?.roles ?? {})).toEqual(['node-reader', 'pod-reader'])
    expect(issued?.granted?.namespaces['apps']).toMatch(/./)
    expect(issued?.meaning).not.toContain('countersign:')
  })

  test('a renewal carries another grant, and the binding of the earlier one stays', async () => {
    await issue()
    const record = await recordOf(request)
    await issue({}, approvedStep(request, record))
    const { history } = await recordOf(request)
    expect(new Set(history.map(({ grant }) => grant)).size).toBe(2)
    expect(await bound()).toHaveLength(4)
  })

  test('the outcome has the rules of each role, at a renewal only of those that changed', async () => {
    const rolesOf = (outcome: StepOutcome): unknown =>
      outcome.kind === 'issued' ? outcome.roles.map(each => each.clusterRole) : outcome
    const first = await issue()
    expect(first).toMatchObject({
      roles: [
        { clusterRole: 'node-reader', rules: [{ verbs: ['list'], resources: ['nodes'] }] },
        { clusterRole: 'pod-reader' },
      ],
    })
    const renew = async (): Promise<ApprovedStep<IssuingStep>> =>
      approvedStep(request, await recordOf(request))
    expect(rolesOf(await issue({}, await renew()))).toEqual([])
    const other = grantsWithRules([ruleOf({ verbs: ['list', 'get'] })])
    expect(rolesOf(await issue(other, await renew()))).toEqual(['pod-reader'])
    request = { ...request, reissue: 1 }
    expect(rolesOf(await issue(other, await renew()))).toEqual(['node-reader', 'pod-reader'])
    expect(JSON.stringify((await recordOf(request)).issued?.granted)).not.toContain('nodes')
  })

  test('the outcome has the rules also if one of two sinks could not be written', async () => {
    const names = [`${request.name}-tls`, `${request.name}-other`]
    request = { ...request, sinks: names.map(name => secretSink({ name })) }
    const { secrets } = open
    const outcome = await issue({
      secrets: {
        rehearse: (...of) => secrets.rehearse(...of),
        read: (...of) => secrets.read(...of),
        remove: (...of) => secrets.remove(...of),
        apply: async (...of) => {
          if (of[0].name === names[1]) throw failure('CLUSTER_UNREACHABLE', 'gone')
          return secrets.apply(...of)
        },
      },
    })
    expect(outcome).toMatchObject({ kind: 'failed', roles: [{}, { clusterRole: 'pod-reader' }] })
    expect(await bound()).toHaveLength(2)
  })

  test('a request without access carries no grant', async () => {
    request = withAccess([])
    expect(outcomeCodes(await issue({ grants: undefined as never }))).toEqual(['issued'])
    expect((await recordOf(request)).history[0]?.grant).toBeNull()
  })
})

describe('access that cannot be granted', () => {
  test.each<[string, readonly Access[], string]>([
    ['an unknown role', [{ clusterRole: 'nobody', namespaces: null }], 'ACCESS_ROLE_UNKNOWN'],
    ['a role without rules', [{ clusterRole: 'empty', namespaces: null }], 'ACCESS_ROLE_EMPTY'],
    [
      'a namespace that does not exist',
      [{ clusterRole: 'pod-reader', namespaces: ['none'] }],
      'ACCESS_NAMESPACE_MISSING',
    ],
    [
      'two faults',
      [{ clusterRole: 'nobody', namespaces: ['none'] }],
      'ACCESS_ROLE_UNKNOWN ACCESS_NAMESPACE_MISSING',
    ],
  ])('%s is refused before anything is requested', async (_, access, codes) => {
    request = withAccess(access)
    expect(outcomeCodes(await issue())).toEqual(codes.split(' '))
    await expectNothingRequested()
  })

  test('without a guard that was seen to refuse, nothing is requested', async () => {
    const unguarded = grantsWith({ checkGuard: role => open.grants.checkGuard(role) })
    expect(outcomeCodes(await issue(unguarded))).toEqual(['ACCESS_UNGUARDED'])
    await expectNothingRequested()
  })

  test('a namespace that was made again since the approval is refused', async () => {
    await issue()
    const record = await recordOf(request)
    const moved = grantsWith({ namespaceUid: async () => 'another uid' })
    const outcome = await issue(moved, approvedStep(request, record))
    expect(outcomeCodes(outcome)).toEqual(['ACCESS_NAMESPACE_CHANGED'])
  })

  describe('a role with other rules than at the issue before', () => {
    const other = () => grantsWithRules([ruleOf({ verbs: ['list', 'delete'] })])
    const at = { file: 'requests/jane.yaml', line: 9, column: 5, length: 1, excerpt: null }
    const renew = async (fixedRoles: readonly string[]): Promise<StepOutcome> => {
      await issue()
      request = { ...request, places: new Map([['access[0]', at]]) }
      return issue(other(), approvedStep(request, await recordOf(request), fixedRoles))
    }

    test('a renewal is refused at the entry of the request, old access stays, and a reissue takes the rules', async () => {
      const outcome = await renew(['pod-reader'])
      expect(outcome).toMatchObject({ problems: [{ code: 'ACCESS_ROLE_CHANGED', at }] })
      expect(await bound()).toEqual(['node-reader *', 'pod-reader apps'])
      const { history, failures } = await recordOf(request)
      expect([history.length, failures]).toEqual([1, null])
      request = { ...request, reissue: 1 }
      const reissue = approvedStep(request, await recordOf(request), ['pod-reader'])
      expect(outcomeCodes(await issue(other(), reissue))).toEqual(['issued'])
    })

    test.each<[string, readonly string[]]>([
      ['no policy refuses changes', []],
      ['a policy refuses changes of another role', ['node-reader']],
    ])('a renewal takes the rules if %s', async (_, fixedRoles) => {
      expect(outcomeCodes(await renew(fixedRoles))).toEqual(['issued'])
    })
  })

  test.each<[string, Partial<Grants>, string]>([
    [
      'the second binding is refused',
      {
        bind: async (wanted, look) =>
          wanted.clusterRole === 'pod-reader'
            ? refuseAs('ACCESS_FORBIDDEN', 'no')
            : open.grants.bind(wanted, look),
      },
      'ACCESS_FORBIDDEN',
    ],
    [
      'the second binding fails',
      {
        bind: async (wanted, look) => {
          if (wanted.clusterRole === 'pod-reader') throw failure('CLUSTER_UNREACHABLE', 'gone')
          return open.grants.bind(wanted, look)
        },
      },
      'CLUSTER_UNREACHABLE',
    ],
    ['the login does not see the access', { bind: async () => ok(null) }, 'ACCESS_NOT_SEEN'],
    [
      'the request is revoked between the bindings',
      {
        bind: async (wanted, look) => {
          await open.revocations.add({ what: 'request', value: wanted.request }, 'owner')
          return open.grants.bind(wanted, look)
        },
      },
      'ACCESS_REVOKED',
    ],
    [
      'the grant is revoked between the bindings',
      {
        bind: async (wanted, look) => {
          await open.revocations.add({ what: 'grant', value: wanted.grant }, 'owner')
          return open.grants.bind(wanted, look)
        },
      },
      'ACCESS_REVOKED',
    ],
    [
      'the request is revoked while its certificate is signed',
      {
        checkGuard: async () => {
          await open.revocations.add({ what: 'request', value: request.name }, 'owner')
          return ok(null)
        },
        bind: () => Promise.reject(new Error('nothing may be bound')),
      },
      'ACCESS_REVOKED',
    ],
    [
      'the request is revoked after the last binding',
      {
        bind: async (wanted, look) => {
          const done = await open.grants.bind(wanted, look)
          if (wanted.clusterRole === 'pod-reader')
            await open.revocations.add({ what: 'request', value: wanted.request }, 'owner')
          return done
        },
      },
      'ACCESS_REVOKED',
    ],
  ])('if %s, no binding and no Secret is left', async (_, changes, code) => {
    expect(outcomeCodes(await issue(grantsWith(changes)))).toEqual([code])
    expect(await bound()).toEqual([])
    expect(await open.secrets.read('apps', `${request.name}-tls`)).toBeNull()
    expect((await recordOf(request)).issued).toBeNull()
  })
})

test('if the only sink does not take the certificate, no binding is left', async () => {
  const secrets = replaced(open.secrets, { apply: async () => ({ kind: 'conflict' }) })
  expect(outcomeCodes(await issue({ secrets }))).toEqual(['SINK_CONFLICT'])
  expect(await bound()).toEqual([])
})

describe('an earlier grant', () => {
  /** A reissue without the role in the whole cluster, and what is bound when the new grant is. */
  async function reissued(changes: Partial<Grants>): Promise<readonly [StepOutcome, string[][]]> {
    await issue()
    const record = await recordOf(request)
    request = { ...request, access: [READER] }
    const atBind: string[][] = []
    const bind: Grants['bind'] = async (wanted, look) => {
      atBind.push([...(await bound())])
      return open.grants.bind(wanted, look)
    }
    return [await issue(grantsWith({ bind, ...changes }), approvedStep(request, record)), atBind]
  }

  test('it is cut to the approved access before the new grant is bound', async () => {
    const [outcome, atBind] = await reissued({})
    expect(outcomeCodes(outcome)).toEqual(['issued'])
    expect(atBind).toEqual([['pod-reader apps']])
    expect(await bound()).toEqual(['pod-reader apps', 'pod-reader apps'])
  })

  test('if it cannot be cut, nothing new is bound', async () => {
    const unbind: Grants['unbind'] = async () => refuseAs('ACCESS_FINALIZER', 'kept')
    const [outcome, atBind] = await reissued({ unbind })
    expect([outcomeCodes(outcome), atBind]).toEqual([['ACCESS_FINALIZER'], []])
  })

  test('it ends if its certificate was lost with its run', async () => {
    await issue()
    const stored = await open.secrets.read('apps', `${request.name}-tls`)
    if (stored !== null) await open.secrets.remove(stored)
    const record = await recordOf(request)
    const [first] = record.history
    const abandoned = [{ n: 1, objectName: first?.objectName ?? '', sha256: null, notAfter: null }]
    const written = await open.records.write({ ...record, issued: null, abandoned })
    if (written.kind !== 'written') throw new Error('the record was not written')
    expect(outcomeCodes(await issue({}, approvedStep(request, written.record)))).toEqual(['issued'])
    const grants = (await open.grants.list()).filter(each => each.request === request.name)
    expect(grants.flatMap(each => each.grants)).not.toContain(first?.grant)
    expect(grants).toHaveLength(2)
  })
})

describe('a grant that is not its own', () => {
  const withOwnKey = (name: string, grant: string): EffectiveRequest => {
    const { der } = opensslRequest({ subject: `/CN=${name}/O=${grant}` })
    const pkcs10 = valueOf(readPkcs10(der))
    const key = { kind: 'own', pkcs10 } as const
    const sinks = [secretSink({ name: `${name}-tls` })]
    return effective({ name, key, subject: pkcs10.subject, sinks, access: [READER] })
  }

  test('a PKCS#10 with the grant of another request is refused, also if only the record knows it', async () => {
    const grant = grantGroup(STEP_CONFIG.owner, 'k'.repeat(20))
    request = withOwnKey('holder', grant)
    expect(outcomeCodes(await issue())).toEqual(['issued'])
    request = withOwnKey('copy', grant)
    expect(outcomeCodes(await issue())).toEqual(['ACCESS_GRANT_TAKEN'])
    const unbound = grantsWith({ list: async () => [] })
    expect(outcomeCodes(await issue(unbound))).toEqual(['ACCESS_GRANT_TAKEN'])
    await expectNothingRequested()
  })

  test('a PKCS#10 whose grant was revoked is refused, also if a change of the file was approved since', async () => {
    const grant = grantGroup(STEP_CONFIG.owner, 'r'.repeat(20))
    request = withOwnKey(`revoked-${count}`, grant)
    await open.revocations.add({ what: 'grant', value: grant }, 'owner')
    const after = reviewed(null, '2999-01-01T00:00:00Z')
    expect(outcomeCodes(await issue({}, after))).toEqual(['ACCESS_REVOKED'])
    await expectNothingRequested()
  })

  test('a pair in a Secret whose grant no record knows is not taken up: a new certificate is issued', async () => {
    await issue()
    const { version, history } = await recordOf(request)
    const path = `/api/v1/namespaces/default/configmaps`
    const { items } = (await admin.get(path)).body
    const found = items.find(({ metadata }) => metadata.uid === version?.uid)
    expect((await admin.delete(`${path}/${found?.metadata.name}`)).code).toBe(200)
    expect(outcomeCodes(await issue())).toEqual(['issued'])
    const [again] = (await recordOf(request)).history
    expect(again?.grant).not.toBe(history[0]?.grant)
    expect(again?.sha256).not.toBe(history[0]?.sha256)
  })
})

describe('a request of another name', () => {
  test('a request of the same holder that was approved before the revocation gets nothing', async () => {
    await issue()
    await open.revocations.add({ what: 'request', value: request.name }, 'owner')
    const { subject } = request
    const name = `${request.name}-again`
    const sinks = [secretSink({ name: `${name}-tls` })]
    request = { ...withAccess([READER]), name, subject, sinks }
    const before = reviewed(null, '2020-01-01T00:00:00Z')
    expect(outcomeCodes(await issue({}, before))).toEqual(['ACCESS_REVOKED'])
    await expectNothingRequested()
    expect(outcomeCodes(await issue({}, reviewed(null, '2999-01-01T00:00:00Z')))).toEqual([
      'issued',
    ])
  })
})

describe('a revoked request', () => {
  test('it gets nothing until an approved change lands after the revocation', async () => {
    await issue()
    await open.revocations.add({ what: 'request', value: request.name }, 'owner')
    const record = await recordOf(request)
    const before = reviewed(record, '2020-01-01T00:00:00Z')
    expect(outcomeCodes(await issue({}, before))).toEqual(['ACCESS_REVOKED'])
    expect((await recordOf(request)).failures).toBeNull()
    const sameMeaning = reviewed(await recordOf(request), '2999-01-01T00:00:00Z')
    expect(outcomeCodes(await issue({}, sameMeaning))).toEqual(['ACCESS_REVOKED'])
    request = { ...request, reissue: 1 }
    const earlier = reviewed(await recordOf(request), '2020-01-01T00:00:00Z')
    expect(outcomeCodes(await issue({}, earlier))).toEqual(['ACCESS_REVOKED'])
    const after = reviewed(await recordOf(request), '2999-01-01T00:00:00Z')
    expect(outcomeCodes(await issue({}, after))).toEqual(['issued'])
    expect(await bound()).toEqual(['node-reader *', 'pod-reader apps'])
    expect((await open.revocations.list()).revocations).not.toContainEqual(
      expect.objectContaining({ value: request.name }),
    )
  })
})

const [cluster] = STEP_CONFIG.clusters
const [WRITES] = writesPolicy(
  installation({ owner: STEP_CONFIG.owner, ...(cluster && { cluster }) }),
)

/** The guard of writes as it is stored, with changes to the spec of its binding. */
function writesGuard(changes: object = {}): Pick<Cluster, 'setupObjects'> {
  const policyName = guardPolicyName(STEP_CONFIG.owner, 'writes')
  const bound = { policyName, validationActions: ['Deny'], ...changes }
  const read: Cluster['setupObjects']['read'] = async ({ kind, metadata: { name } }) => {
    const spec = kind.endsWith('Binding') ? bound : WRITES?.spec
    const metadata = { name, uid: 'u', resourceVersion: '1', creationTimestamp: '' }
    return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata, spec }
  }
  return { setupObjects: { read } }
}

describe('a request without access', () => {
  beforeEach(() => {
    request = withAccess([])
  })

  /** The request is for an own key then, whose CSR has a guarded grant of this letter. */
  function ownKeyWith(letter: string): string {
    const group = guardedGrant(STEP_CONFIG.owner, letter.repeat(20))
    const pkcs10 = valueOf(readPkcs10(opensslRequest({ subject: `/O=${group}/CN=own` }).der))
    const { name, sinks } = request
    const key = { kind: 'own', pkcs10 } as const
    request = effective({ name, key, subject: pkcs10.subject, sinks, access: [] })
    return group
  }

  const grantsOf = async (): Promise<readonly (string | null)[]> =>
    (await recordOf(request)).history.map(({ grant }) => grant)

  test('its certificate carries one guarded grant, which is live before the Secret exists', async () => {
    let boundAtStore: readonly string[] = []
    const { secrets } = open
    const apply: Cluster['secrets']['apply'] = async (...of) => {
      boundAtStore = await bound()
      return secrets.apply(...of)
    }
    const outcome = await issue({ ...writesGuard(), secrets: replaced(secrets, { apply }) })
    expect(outcomeCodes(outcome)).toEqual(['issued'])
    const [grant, ...more] = await grantsOf()
    expect([isGuardedGrant(grant ?? ''), more]).toEqual([true, []])
    const { issued } = await recordOf(request)
    const [leaf] = valueOf(readCertificates(issued?.certificate ?? ''))
    const groups = attributeValues(leaf?.subject ?? [], ATTRIBUTE_OIDS.O)
    expect(groups.filter(each => each.startsWith('countersign:'))).toEqual([grant])
    expect(boundAtStore).toHaveLength(1)
    expect(issued?.granted?.roles).toEqual({})
  })

  test.each([
    ['the cluster has no guard of writes', { setupObjects: { read: async () => null } }],
    ['the guard may not be read', { setupObjects: { read: async () => 'hidden' as const } }],
    ['the guard only warns', writesGuard({ validationActions: ['Warn'] })],
    [
      'the guard is bound to some namespaces',
      writesGuard({ matchResources: { namespaceSelector: { matchLabels: { a: 'b' } } } }),
    ],
    ['the binding is of another policy', writesGuard({ policyName: 'other' })],
  ])('its certificate carries no grant if %s', async (_why, guard) => {
    expect(outcomeCodes(await issue(guard))).toEqual(['issued'])
    expect([await grantsOf(), await bound()]).toEqual([[null], []])
  })

  test('a certificate with a name of Kubernetes carries no grant, so that the control plane does not depend on countersign', async () => {
    const { name } = request
    const sinks = request.sinks
    request = effective({ name, sinks, commonName: 'system:test' })
    expect(outcomeCodes(await issue(writesGuard()))).toEqual(['issued'])
    expect(await grantsOf()).toEqual([null])
  })

  test('the grant of a request with access is guarded and live too', async () => {
    request = withAccess([READER])
    expect(outcomeCodes(await issue(writesGuard()))).toEqual(['issued'])
    expect(await bound()).toEqual(['countersign-acme-certs-grants default', 'pod-reader apps'])
  })

  test('the grant in a CSR of before the guard gets no live binding: the guard does not refuse its writes', async () => {
    const group = grantGroup(STEP_CONFIG.owner, 'b'.repeat(20))
    const der = opensslRequest({ subject: `/O=${group}/CN=${request.name}` }).der
    const pkcs10 = valueOf(readPkcs10(der))
    const { name, sinks } = request
    const key = { kind: 'own', pkcs10 } as const
    request = effective({ name, key, subject: pkcs10.subject, sinks, access: [READER] })
    expect(outcomeCodes(await issue(writesGuard()))).toEqual(['issued'])
    expect(await bound()).toEqual(['pod-reader apps'])
  })

  test('a guarded grant in a CSR is live and recorded also without the guard, which may be installed later', async () => {
    const group = ownKeyWith('b')
    const outcome = await issue({ setupObjects: { read: async () => null } })
    expect(outcomeCodes(outcome)).toEqual(['issued'])
    expect(await grantsOf()).toEqual([group])
    expect(await bound()).toEqual(['countersign-acme-certs-grants default'])
  })

  describe('a guarded grant in a CSR, where the live binding may not be made', () => {
    const forbidden = () => grantsWith({ bind: async () => refuseAs('ACCESS_FORBIDDEN', 'no') })

    test('is issued without the guard, and the record lists no live binding', async () => {
      ownKeyWith('c')
      const guard = { setupObjects: { read: async () => null } }
      expect(outcomeCodes(await issue({ ...guard, ...forbidden() }))).toEqual(['issued'])
      expect((await recordOf(request)).issued?.granted?.places).toEqual([])
    })

    test('is refused where the guard would refuse its writes', async () => {
      ownKeyWith('d')
      expect(outcomeCodes(await issue({ ...writesGuard(), ...forbidden() }))).toEqual([
        'ACCESS_FORBIDDEN',
      ])
    })
  })

  test('the grant of an earlier certificate stays live if the access changes while no guard is seen', async () => {
    request = withAccess([READER])
    await issue(writesGuard())
    const record = await recordOf(request)
    request = { ...request, access: [EVERYWHERE] }
    await issue({ setupObjects: { read: async () => null } }, approvedStep(request, record))
    expect(await bound()).toEqual(['countersign-acme-certs-grants default', 'node-reader *'])
  })

  test('a revocation while it is issued leaves nothing live, and later runs issue nothing', async () => {
    const { revocations } = open
    let lists = 0
    const revokedMeanwhile: Cluster['revocations'] = {
      add: (...of) => revocations.add(...of),
      remove: each => revocations.remove(each),
      list: async () => {
        lists += 1
        if (lists === 2) await revocations.add({ what: 'request', value: request.name }, 'owner')
        return revocations.list()
      },
    }
    const outcome = await issue({ ...writesGuard(), revocations: revokedMeanwhile })
    expect(outcomeCodes(outcome)).toEqual(['ACCESS_REVOKED'])
    const left = (await open.grants.list()).filter(each => each.request === request.name)
    expect(left.map(({ isGranting }) => isGranting)).toEqual([false])
    const record = await recordOf(request)
    for (const guard of [writesGuard(), { setupObjects: { read: async () => null } }])
      expect(outcomeCodes(await issue(guard, approvedStep(request, record)))).toEqual([
        'ACCESS_REVOKED',
      ])
  })
})
