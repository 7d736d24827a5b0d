// Rights and guard on API servers with one, three and twenty signers, with no, one and twenty roles, and with a whole domain: the cost of
// an expression must not depend on these numbers (the embedded cluster has no cost limit). Without a signer nothing is printed
// (test/unit/workflows/setup/cluster-installation.test.ts).
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { guardFindings } from '../../../src/workflows/doctor/guard-checks.ts'
import type { Installation } from '../../../src/domain/cluster/installation.ts'
import { grantGroup } from '../../../src/domain/cluster/grant.ts'
import { bindingName } from '../../../src/domain/cluster/grant-binding.ts'
import { mapped } from '../../../src/domain/problem.ts'
import { guardManifests } from '../../../src/setup/guard/guard-policies.ts'
import { identityManifests } from '../../../src/setup/rbac/apply-identity.ts'
import { rbacManifests } from '../../../src/setup/rbac/least-rights.ts'
import type { ApiClient, Credential } from '../../build/api-client.ts'
import { effective } from '../../build/effective.ts'
import { clusterAt } from '../../build/connected.ts'
import {
  EVERYTHING,
  GUARDED,
  inForce,
  refusedBy,
  startGuarded,
  until,
} from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { installation, manySigners } from '../../build/installation.ts'
import {
  SIGNING_REQUESTS,
  condition,
  signingRequest,
  withConditions,
} from '../../build/signing-requests.ts'

/** Each has its own namespace and its own signers, so that all of them work in one cluster. */
function sized(owner: string, signers: Installation['signers'], roles = 0): Installation {
  const account = (name: string) => ({ kind: 'ServiceAccount', namespace: owner, name }) as const
  const base = installation()
  const accessRoles = Array.from({ length: roles }, (_, index) => `role-${index + 1}`)
  return {
    ...base,
    owner,
    cluster: { ...base.cluster, recordNamespace: owner },
    subject: account('countersign-apply'),
    planner: account('countersign-plan'),
    signers,
    secrets: [],
    accessRoles,
    // Each role in the whole cluster, and in ten namespaces by their names.
    accessPlaces: [null, Array.from({ length: 10 }, (_, index) => `team-${index}`)].map(
      namespaces => ({ clusterRoles: accessRoles, namespaces }),
    ),
  }
}

const SIZES = (
  [
    [1, 0],
    [3, 1],
    [20, 20],
  ] as const
).map(([count, roles]) =>
  sized(`size-${count}`, manySigners(count, `s${count}.example.com`), roles),
)
const DOMAIN = sized('domain', [{ name: 'whole.example.com/*', maxDurationSeconds: 3600 }])
const ALL = [...SIZES, DOMAIN].map(each => [each.owner, each] as const)
const TOKEN = {
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec: { expirationSeconds: 600 },
}

/** Only a guard for access has the policy. */
const bindingRefused = ({ accessRoles }: Installation): readonly string[] =>
  accessRoles.length === 0
    ? []
    : [
        'good: the guard decided correctly in a dry run: refused to bind role-1 to another group of countersign',
      ]

describe.each(GUARDED)('%s: guards of several sizes', kind => {
  // The embedded cluster enforces no cost limit of CEL.
  const testReal = kind === 'real kube-apiserver' ? test : test.skip
  let cluster: GuardedCluster

  beforeAll(async () => {
    const [first, ...others] = [...SIZES, DOMAIN]
    const users = {
      intruder: [EVERYTHING],
      editor: [{ apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] }],
      'signer-approver': [
        { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
        {
          apiGroups: ['certificates.k8s.io'],
          resources: ['signers'],
          verbs: ['approve'],
        },
      ],
    }
    cluster = await startGuarded(first, users, kind)
    for (const each of others) {
      await cluster.apply(identityManifests(each))
      await cluster.apply(guardManifests(each, { approvers: [] }))
      await inForce(cluster.admin)
    }
  })
  afterAll(() => cluster?.end())

  const tokenOf = ({ owner }: Installation): string =>
    `/api/v1/namespaces/${owner}/serviceaccounts/countersign-apply/token`
  const lastSigner = ({ signers }: Installation): string =>
    (signers.at(-1)?.name ?? '').replace('*', 'any')
  const apply = ({ owner }: Installation): Promise<ApiClient> =>
    cluster.serviceAccount(owner, 'countersign-apply')
  const ours = (each: Installation, name: string, asked: object = {}): object => ({
    ...signingRequest(name, {
      signerName: lastSigner(each),
      expirationSeconds: 3600,
      ...asked,
    }),
    metadata: { name, labels: { 'countersign.dev/owner': each.owner } },
  })

  describe.each(ALL)('%s', (owner, each) => {
    test('a user who may do everything gets a token of the apply identity', async () => {
      for (const client of [cluster.admin, cluster.as('intruder')]) {
        const answer = await client.post(tokenOf(each), TOKEN)
        expect([answer.code, refusedBy(answer)]).toEqual([201, null])
      }
    })

    test('a user with the right to approve for every signer gets no token of the apply identity', async () => {
      for (const user of ['editor', 'signer-approver']) {
        const answer = await cluster.as(user).post(tokenOf(each), TOKEN)
        expect(refusedBy(answer)).toBe(`countersign-${owner}-identity`)
        expect(answer.body.message).toContain('users who may do everything')
      }
    })

    test('the apply identity approves its request for the last signer, and nobody else does', async () => {
      const client = await apply(each)
      const object = await client.created(SIGNING_REQUESTS, ours(each, `cs-${owner}-1`))
      const path = `${SIGNING_REQUESTS}/${object.metadata.name}/approval`
      const approved = withConditions(object, condition('Approved'))
      for (const other of [cluster.admin, cluster.as('intruder')]) {
        const answer = await other.put(path, approved)
        expect(refusedBy(answer)).toBe(`countersign-${owner}-approvals`)
        expect(answer.body.message).toContain(`approved and denied by countersign (${owner})`)
      }
      expect((await client.put(path, approved)).code).toBe(200)
    })

    test('the apply identity binds the last of its roles to a grant, and nobody else does', async () => {
      const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
      const group = grantGroup(owner, 'a'.repeat(20))
      const bound = (role: string): object => ({
        metadata: { name: bindingName(group, role) },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
      })
      const client = await apply(each)
      const last = each.accessRoles.at(-1)
      if (last === undefined) {
        const answer = await client.post(bindings, bound('role-1'))
        expect([answer.code, refusedBy(answer)]).toEqual([403, null])
        return
      }
      await until(async () => {
        const answer = await cluster.admin.post(`${bindings}?dryRun=All`, bound(last))
        return refusedBy(answer) === `countersign-${owner}-bindings`
      })
      expect((await client.post(bindings, bound(last))).code).toBe(201)
      expect([403, 404]).toContain((await client.post(bindings, bound('role-21'))).code)
    })

    test('the lifetime of the last signer is bounded, and other signers are refused', async () => {
      const client = await apply(each)
      const long = await client.post(
        SIGNING_REQUESTS,
        ours(each, `cs-${owner}-2`, { expirationSeconds: 3601 }),
      )
      expect(refusedBy(long)).toBe(`countersign-${owner}-requests`)
      expect(long.body.message).toContain(
        `a certificate of ${lastSigner(each)} may be requested for at most 3600 seconds`,
      )
      const other = ours(each, `cs-${owner}-3`, { signerName: 'other.example.com/signer-1' })
      expect(refusedBy(await client.post(SIGNING_REQUESTS, other))).toBe(
        `countersign-${owner}-requests`,
      )
    })
  })

  const doctor = async (each: Installation, credential: Credential): Promise<readonly string[]> => {
    const at = { owner: each.owner, namespace: each.owner }
    const login = clusterAt(cluster.backend, credential, at)
    try {
      const options = { approvers: each === SIZES[0] ? ['other-approver'] : [] }
      const found = await guardFindings(login, each, options)
      return found.map(({ mark, message }) => `${mark}: ${message}`)
    } finally {
      await login.close()
    }
  }

  describe.each(ALL)('doctor and the guard of %s', (owner, each) => {
    test('doctor as an administrator reports four refused writes and an allowed token request', async () => {
      const object = await (
        await apply(each)
      ).created(SIGNING_REQUESTS, ours(each, `cs-${owner}-doctor`))
      expect(await doctor(each, cluster.backend.admin)).toEqual([
        expect.stringMatching(
          /^good: the guard decided correctly in dry runs: refused to approve cs-\S+, write a record, mark a Secret, run a pod as the apply identity; allowed to ask for a token of the apply identity$/,
        ),
        ...bindingRefused(each),
      ])
      const path = `${SIGNING_REQUESTS}/${object.metadata.name}`
      expect((await cluster.admin.get(path)).body.status.conditions).toBeUndefined()
      const made = [`configmaps/countersign-${owner}-doctor`, 'secrets', 'pods']
      for (const each of made) {
        const named = each.includes('/') ? each : `${each}/countersign-doctor`
        const { code } = await cluster.admin.get(`/api/v1/namespaces/${owner}/${named}`)
        expect([each, code]).toEqual([each, 404])
      }
    })

    test('doctor as the apply identity reports allowed writes of its own and a refused request of another name', async () => {
      const made = await cluster.admin.created(tokenOf(each), TOKEN)
      const { token = '' } = made.status as { readonly token?: string }
      expect(await doctor(each, { token })).toEqual([
        'good: the guard decided correctly in dry runs: refused to make a request under another name; allowed to write a record, make a request of its own',
        ...bindingRefused(each),
      ])
    })
  })

  testReal(
    'doctor reports a guard over the cost limit, and what the login cannot test',
    async () => {
      const [, each = DOMAIN] = SIZES
      const name = `countersign-${each.owner}-identity`
      const one =
        "authorizer.group('certificates.k8s.io').resource('signers').check('approve').allowed()"
      const policy = JSON.parse(
        cluster.kubectl(['get', 'validatingadmissionpolicy', name, '-o', 'json']),
      )
      policy.spec.validations[1].expression = [one, one, one].join(' && ')
      cluster.kubectl(['replace', '-f', '-'], JSON.stringify(policy))
      await until(async () => (await cluster.admin.post(tokenOf(each), TOKEN)).code === 422)
      const found = await doctor(each, cluster.backend.admin)
      expect(found).toContainEqual(
        expect.stringMatching(
          /^bad: the guard fails if a user tries to ask for a token of the apply identity: .*cost limit exceeded$/,
        ),
      )
      expect(found).toContainEqual(
        `bad: the admission guard differs from the configuration and the policies: ${name}`,
      )
      const weak = await cluster.backend.user('weak', [], [])
      expect(await doctor(each, weak)).toEqual([
        expect.stringMatching(/^unsure: the guard may not be read with this login/),
        expect.stringMatching(
          /^unsure: the guard was not tried with this login: approve a request .*; write a record \(configmaps is forbidden: .*; ask for a token of the apply identity \(serviceaccounts "countersign-apply" is forbidden/,
        ),
        'unsure: the guard was not tried with this login: bind role-1 to another group of countersign (RBAC does not let it)',
      ])
    },
  )

  test.each(SIZES.map(each => [each.signers.length, each] as const))(
    'the API server accepts the printed rbac of %i signers, and it names each of them',
    async (count, each) => {
      const requests = mapped(each.signers, ({ name }) =>
        effective({ signerName: name, sinks: [] }),
      )
      const user = { kind: 'User', name: 'countersign' } as const
      await cluster.apply(rbacManifests(each.cluster, requests, user))
      const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
      const role = await cluster.admin.get(`${roles}/countersign-apply`)
      const {
        rules,
      }: { readonly rules: readonly { readonly resourceNames?: readonly string[] }[] } = JSON.parse(
        role.text,
      )
      expect(rules.flatMap(({ resourceNames }) => resourceNames ?? [])).toHaveLength(count)
    },
  )
})
