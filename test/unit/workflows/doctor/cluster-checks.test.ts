// The findings of doctor for given answers of a cluster.
import { describe, expect, test } from '@jest/globals'
import type { AdministeredCluster } from '../../../../src/ports/administration.ts'
import { clusterFindings } from '../../../../src/workflows/doctor/cluster-checks.ts'
import {
  neededRights,
  rightFindings,
} from '../../../../src/workflows/doctor/cluster-rights-checks.ts'
import type { ObjectName } from '../../../../src/domain/cluster/manifest.ts'
import type { GuardTrial, TrialOutcome } from '../../../../src/domain/cluster/guard-trial.ts'
import { failure, ok, refuse } from '../../../../src/domain/problem.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import type { SigningRequest } from '../../../../src/domain/cluster/signing-request.ts'
import type { Right } from '../../../../src/ports/cluster.ts'
import { guardObjects, staticGuardHash } from '../../../../src/setup/guard/guard-policies.ts'
import type { GuardOptions } from '../../../../src/setup/guard/guard-policies.ts'
import { liveObject } from '../../../../src/setup/rbac/apply-identity.ts'
import { installation } from '../../../build/installation.ts'

const NOW = new Date('2026-06-01T12:00:00Z')
const clock = { now: () => NOW, sleep: async () => undefined }
const GUARD = { approvers: [] }

interface Answers {
  readonly may?: (right: Right) => boolean
  readonly others?: (right: Right) => boolean | null
  readonly guard?: 'there' | 'other' | 'in part' | 'hidden' | null
  readonly guardVersion?: number
  /** The approvers of the stored guard. */
  readonly stored?: GuardOptions
  /** The ClusterRole of live grants. */
  readonly liveRole?: object | 'hidden' | null
  /** Countersign runs as a pod. */
  readonly runs?: boolean
  readonly skewSeconds?: number
  readonly version?: string
  readonly username?: string
  readonly records?: readonly Date[]
  readonly objects?: readonly SigningRequest[]
  readonly labels?: Readonly<Record<string, string>>
  /** As in the port: null without the namespace. */
  readonly namespaces?: (name: string) => true | 'ending' | 'hidden' | null
  readonly tries?: (trial: GuardTrial) => TrialOutcome
  /** ClusterRoles that the policies allow as access. */
  readonly roles?: readonly string[]
  /** Those of them that do not exist. */
  readonly absentRoles?: readonly string[]
  /** The answer of the dry run of a forbidden binding. */
  readonly unguarded?: Problem
  /** Command lines of API servers. */
  readonly servers?: readonly (readonly string[])[]
  /** Of the apply identity: there where absent. */
  readonly account?: 'gone'
  /** The hash of static policies. */
  readonly staticPolicies?: string
}

const ALLOWED: TrialOutcome = { kind: 'allowed' }
const PARTS = {
  record: 'records',
  secret: 'marks',
  write: 'writes',
  pod: 'identity',
  token: 'identity',
  approval: 'approvals',
  request: 'requests',
} as const
type Refused = Extract<TrialOutcome, { readonly kind: 'refused' }>
const refusedBy = ({ kind }: GuardTrial, changes: Partial<Refused> = {}): Refused => ({
  kind: 'refused',
  policy: `countersign-acme-certs-${PARTS[kind]}`,
  isBroken: false,
  message: 'no',
  ...changes,
})
const PENDING = {
  name: 'cs-jane-1',
  signerName: 'kubernetes.io/kube-apiserver-client',
} as SigningRequest
const LIVE = liveObject('acme-certs')
const NOT_TRIED =
  'unsure: the guard was not tried with this login: approve a request (there is no CertificateSigningRequest of these signers that this login may read)'

async function look(answers: Answers = {}): Promise<readonly string[]> {
  return (await findingsWith(answers)).map(({ mark, message }) => `${mark}: ${message}`)
}

async function findingsWith(answers: Answers, asked: GuardOptions = GUARD) {
  const { guard = 'there', records = [new Date('2026-05-29T12:00:00Z')] } = answers
  const inCluster = { cluster: { ...installation().cluster, auth: { kind: 'inCluster' as const } } }
  const runs = answers.runs === true ? inCluster : {}
  const installed = installation({ accessRoles: answers.roles ?? [], ...runs })
  const printed = guardObjects(installed, answers.stored ?? GUARD)
  const cluster = {
    name: 'prod',
    kubectl: 'kubectl --kubeconfig own',
    server: 'https://127.0.0.1:6443',
    version: async () => answers.version ?? 'v1.36.3',
    now: async () => new Date(NOW.getTime() + (answers.skewSeconds ?? 0) * 1000),
    whoAmI: async () => ({ username: answers.username ?? 'somebody', groups: [] }),
    may: async (right: Right) => (answers.may ?? (() => true))(right),
    signingRequests: { list: async () => ({ items: answers.objects ?? [], tooLarge: [] }) },
    records: {
      list: async () => ({
        records: records.map(issuedAt => ({
          request: 'jane',
          issued: {
            issuedAt,
            path: 'requests/jane.yaml',
            proof: { evidence: null },
          },
        })),
        broken: [],
      }),
    },
    grants: {
      checkGuard: async () =>
        answers.unguarded === undefined ? ok(null) : refuse(answers.unguarded),
    },
    administration: {
      apiServerArguments: async () => answers.servers ?? [],
      staticPolicies: async () => answers.staticPolicies ?? null,
      mayOther: async (_who: unknown, right: Right) => (answers.others ?? (() => true))(right),
      tryGuard: async (trial: GuardTrial) =>
        (answers.tries ?? (each => (each.kind === 'token' ? ALLOWED : refusedBy(each))))(trial),
    },
    setupObjects: {
      read: async ({ kind, metadata: { name } }: ObjectName) => {
        if (kind === 'Namespace') {
          const found = (answers.namespaces ?? (() => true))(name)
          const metadata = { name, labels: answers.labels ?? {} }
          if (found === 'ending') return { metadata: { ...metadata, deletionTimestamp: 'now' } }
          return found === true ? { metadata } : found
        }
        if (kind === 'ServiceAccount') return answers.account === undefined ? {} : null
        if (answers.absentRoles?.includes(name) === true) return null
        if (kind === 'ClusterRole') return answers.liveRole === undefined ? LIVE : answers.liveRole
        if (guard === null || guard === 'hidden') return guard
        if (guard === 'in part' && name.endsWith('-marks')) return null
        const found = printed.find(one => one.kind === kind && one.metadata.name === name)
        const spec = guard === 'other' ? {} : { ...found?.spec, namespaceSelector: {} }
        const annotations = { 'countersign.dev/guard': String(answers.guardVersion ?? 2) }
        return { metadata: { name, annotations }, spec }
      },
    },
    close: async () => undefined,
  } as unknown as AdministeredCluster
  return clusterFindings(installed, asked, async () => cluster, clock)
}

const OLDER =
  'bad: the admission guard is of an earlier countersign, which lets users act under the names of its service accounts: countersign-acme-certs-approvals, countersign-acme-certs-requests, countersign-acme-certs-records, countersign-acme-certs-marks, countersign-acme-certs-bindings, countersign-acme-certs-writes, countersign-acme-certs-identity'
const PRIVILEGED =
  'unsure: pods in the namespace countersign may be privileged, and read the tokens of countersign on their node'

describe('the findings for a cluster', () => {
  test('a service account that is gone has no rights, whatever its name may do', async () =>
    expect(await look({ account: 'gone' })).toContain(
      'bad: there is no service account countersign/countersign-apply, so nobody can log in as it',
    ))

  test('ClusterRoles that policies allow and that do not exist are named', async () => {
    const absentRoles = ['cs-reader', 'cs-writer']
    const roles = [...absentRoles, 'view']
    expect(await look({ roles, absentRoles })).toContain(
      'unsure: the policies allow access by ClusterRoles that do not exist: cs-reader, cs-writer',
    )
    expect((await look({ roles })).join()).not.toContain('do not exist')
  })

  test('doctor tells a guard of an earlier version from one that differs, and a newer one is not older', async () => {
    expect(await look({ guardVersion: 1 })).toContain(OLDER)
    for (const answers of [{ guardVersion: 3 }, {}, { guard: 'other' as const }])
      expect(await look(answers)).not.toContain(OLDER)
  })

  test('a guard with further approvers is shown with their names, and no hint takes their rights back unasked', async () => {
    const stored = { approvers: ['admin', 'ops'] }
    const lines = await look({ stored })
    expect(lines).toContain('bad: the guard lets admin approve and deny, too')
    expect(lines).toContain('bad: the guard lets ops approve and deny, too')
    expect(lines.join('\n')).not.toMatch(/differs|lets this login/)
    const found = (await findingsWith({ stored })).find(each => / lets ops /.test(each.message))
    expect(found?.paste).toBe(
      'if it was applied so, run doctor with --approvers admin,ops; to take it back:\ncountersign manifests guard --cluster prod | kubectl --kubeconfig own apply -f -',
    )
    const asked = (await findingsWith({ stored }, stored)).map(({ message }) => message)
    expect(asked.join('\n')).not.toMatch(/differs| too$/m)
  })

  test('doctor looks at the Pod Security level only where pods of countersign run', async () => {
    const level = (enforce: string) => ({ 'pod-security.kubernetes.io/enforce': enforce })
    for (const labels of [{}, level('privileged'), level('Baseline')])
      expect(await look({ labels, runs: true })).toContain(PRIVILEGED)
    for (const labels of [level('baseline'), level('restricted')])
      expect((await look({ labels, runs: true })).join()).not.toContain('privileged')
    expect((await look()).join()).not.toContain('privileged')
    expect(await look({ namespaces: () => 'hidden', runs: true })).toContain(
      `${PRIVILEGED}: its labels may not be read`,
    )
  })

  test('doctor reports a cluster in order as good, for the apply identity', async () => {
    expect(await look()).toEqual([
      'good: reachable, v1.36.3, clocks 0.0 s apart',
      'good: countersign/countersign-apply has the rights that apply needs',
      'good: the guard decided correctly in dry runs: refused to write a record, mark a Secret, write with a grant that has ended, run a pod as the apply identity; allowed to ask for a token of the apply identity',
      NOT_TRIED,
      'good: 1 record, the newest certificate issued 3 days ago',
    ])
  })

  test.each([
    [{ skewSeconds: -90 }, 'unsure: reachable, v1.36.3, but the clocks are 90.0 s apart'],
    [{ records: [] }, 'good: no record lists a certificate here yet'],
    [
      { version: 'v1.33.1-eks-1a2b3c4' },
      'bad: EKS signs no client certificates, only beta.eks.amazonaws.com/app-serving and those of kubelets: requests of kubernetes.io/kube-apiserver-client would stay approved and never be signed',
    ],
    [
      { version: 'v1.33.1-gke.1200' },
      "unsure: GKE signs by a service of its own and not by kube-controller-manager; plans predict what Kubernetes' own signer makes, and anything else is not stored",
    ],
    [
      { guard: null },
      expect.stringContaining(
        'bad: the admission guard is not installed, so others can approve requests and write records; missing: countersign-acme-certs-approvals',
      ),
    ],
    [
      { guard: 'in part' },
      expect.stringContaining(
        'bad: a part of the admission guard is not installed, so what it refuses is allowed; missing: countersign-acme-certs-marks',
      ),
    ],
    [
      { guard: 'other' },
      expect.stringContaining(
        'bad: the admission guard differs from the configuration and the policies',
      ),
    ],
    [
      { guard: 'hidden' },
      expect.stringContaining(
        'unsure: the guard may not be read with this login: countersign-acme',
      ),
    ],
  ] as const)('the answers %j give a finding', async (answers, line) => {
    expect(await look(answers)).toContainEqual(line)
  })

  test('an unreachable cluster gives one finding', async () => {
    const open = async (): Promise<never> => {
      throw failure('CLUSTER_UNREACHABLE', 'not there')
    }
    expect(await clusterFindings(installation(), GUARD, open, clock)).toMatchObject([
      { mark: 'bad', code: 'CLUSTER_UNREACHABLE', message: 'not there' },
    ])
  })
})

describe('the role of live grants', () => {
  test('is bad if it is missing or has other rules: the guard refuses all writes then', async () => {
    const says = (how: string) =>
      `bad: the guard refuses every write of certificates with a live grant: the ClusterRole countersign-acme-certs-grants ${how}`
    expect(await look({ liveRole: null })).toContain(says('is missing'))
    for (const rules of [null, [], [...(LIVE['rules'] as object[]), {}]])
      expect(await look({ liveRole: { rules } })).toContain(says('has other rules'))
  })

  test('is no finding where it may not be read, and without a guard', async () => {
    for (const answers of [{ liveRole: 'hidden' as const }, { liveRole: null, guard: null }])
      expect((await look(answers)).join()).not.toContain('live grant')
  })
})

describe('the findings for the guard', () => {
  const found = async (answers: Answers): Promise<readonly string[]> =>
    (await look(answers)).filter(line => line.includes('guard'))

  test('the guard is tried on a request of its signers, where there is one', async () => {
    const other = { ...PENDING, name: 'x', signerName: 'example.com/other' }
    const [line, ...more] = await found({ objects: [other, PENDING] })
    expect(line).toContain(
      'good: the guard decided correctly in dry runs: refused to approve cs-jane-1,',
    )
    expect(more).toEqual([])
    expect(await found({ objects: [other] })).toContain(NOT_TRIED)
  })

  test('a guard that allows what it must refuse is bad, whatever its text says', async () => {
    const lines = await found({ objects: [PENDING], tries: () => ALLOWED })
    expect(lines).toEqual([
      'bad: the guard lets this login approve cs-jane-1',
      'bad: the guard lets this login write a record',
      'bad: the guard lets this login mark a Secret',
      'bad: the guard lets this login write with a grant that has ended',
      'bad: the guard lets this login run a pod as the apply identity',
      'good: the guard decided correctly in dry runs: allowed to ask for a token of the apply identity',
    ])
  })

  test('a guard that refuses every token is bad, since no administrator could set up countersign', async () => {
    expect(await found({ tries: trial => refusedBy(trial) })).toContain(
      'bad: the guard refuses a permitted action, to ask for a token of the apply identity: no',
    )
  })

  test('a guard refuses the token of a user who may not do everything', async () => {
    const may = (right: Right): boolean => right.resource !== '*'
    const lines = await found({ may, tries: trial => refusedBy(trial) })
    expect(lines[0]).toContain(
      'run a pod as the apply identity, ask for a token of the apply identity',
    )
    expect(await found({ may, tries: () => ALLOWED })).toContain(
      'bad: the guard lets this login ask for a token of the apply identity',
    )
  })

  test('a guard that cannot be evaluated is bad, though it refuses', async () => {
    const changes = { isBroken: true, message: 'actual cost limit exceeded' }
    const tries = (trial: GuardTrial): TrialOutcome => refusedBy(trial, changes)
    expect(await found({ tries })).toContain(
      'bad: the guard fails if a user tries to write a record: actual cost limit exceeded',
    )
  })

  test('a guard that this login may not try is unsure, and not good', async () => {
    const tries = (): TrialOutcome => ({ kind: 'untried', why: 'forbidden' })
    const lines = await found({ objects: [PENDING], tries })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(
      /^unsure: .* not tried with this login: approve cs-jane-1 \(forbidden\); write a record \(forbidden\)/,
    )
    const foreign = (trial: GuardTrial): TrialOutcome => refusedBy(trial, { policy: 'kyverno' })
    expect((await found({ tries: foreign }))[0]).toMatch(
      /^unsure: .*the policy kyverno refused it first/,
    )
  })

  test('the apply identity tries the guard only on what it alone may do', async () => {
    const username = 'system:serviceaccount:countersign:countersign-apply'
    const tries = (trial: GuardTrial): TrialOutcome =>
      trial.kind === 'request' && !trial.name.startsWith('cs-') ? refusedBy(trial) : ALLOWED
    expect(await found({ username, objects: [PENDING], tries })).toEqual([
      'good: the guard decided correctly in dry runs: refused to make a request under another name; allowed to write a record, make a request of its own',
    ])
  })
})

describe('the commands that doctor prints', () => {
  const ADMIN =
    'with a kubeconfig of a cluster administrator in place of ADMIN:\ncountersign manifests '
  const pasteOf = async (answers: Answers, about: string, asked?: GuardOptions) =>
    (await findingsWith(answers, asked)).find(({ message }) => message.includes(about))?.paste

  test('a login that lacks the rights of apply does not apply them itself', async () => {
    const weak = { may: () => false, guard: 'hidden' } as const
    expect(await pasteOf(weak, 'may not')).toBe(
      `if apply logs in as another user than somebody, run doctor with that login; else:\n${ADMIN}identity --cluster prod | kubectl --kubeconfig ADMIN apply -f -`,
    )
    expect(await pasteOf({ others: () => false }, 'may not')).toContain(
      'countersign manifests identity --cluster prod | kubectl --kubeconfig own apply -f -',
    )
  })

  test('nothing is applied for a guard that only may not be read', async () => {
    const asked = { approvers: ['octo', 'hubot'] }
    expect(await pasteOf({ guard: 'hidden' }, 'guard may not be read', asked)).toBe(
      'with a kubeconfig of a cluster administrator in place of ADMIN:\ncountersign doctor --cluster prod --approvers octo,hubot --kubeconfig ADMIN',
    )
  })

  test.each(['other', null] as const)(
    'the guard is applied with the approvers of the question (it is %s)',
    async guard => {
      const about = guard === null ? 'guard is not installed' : 'guard differs'
      const asked = { approvers: ['octo', 'a b'] }
      expect(await pasteOf({ guard }, about, asked)).toBe(
        "countersign manifests guard --approvers 'octo,a b' --cluster prod | kubectl --kubeconfig own apply -f -",
      )
      const may = (right: Right): boolean => right.group !== 'admissionregistration.k8s.io'
      expect(await pasteOf({ guard, may }, about)).toBe(
        `${ADMIN}guard --cluster prod | kubectl --kubeconfig ADMIN apply -f -`,
      )
    },
  )

  test('an older guard is upgraded with the approvers of the question', async () => {
    const answers = { guardVersion: 1 }
    expect(await pasteOf(answers, 'earlier countersign', { approvers: ['octo'] })).toMatch(
      /manifests identity --cluster prod \|.*\n.*manifests guard --approvers octo --cluster prod \|/s,
    )
  })
})

describe('the findings for the guard of bindings', () => {
  const roles = ['cs-reader']
  const found = async (answers: Answers): Promise<readonly string[]> =>
    (await look({ roles, ...answers })).filter(line => line.includes('cs-reader'))
  const what = 'bind cs-reader to another group of countersign'

  test('a static guard is good if its hash is that of the printed file, and unsure else', async () => {
    const same = staticGuardHash(installation(), GUARD)
    expect(await look({ staticPolicies: same })).toContain(
      'good: the API server that answers has the static guard, as printed',
    )
    const found = await findingsWith({ staticPolicies: `sha256:${'0'.repeat(64)}` })
    expect(found).toContainEqual(
      expect.objectContaining({
        mark: 'unsure',
        message: 'the static policies of the API server that answers are not the printed guard',
        paste: expect.stringContaining('countersign manifests guard --static --cluster prod'),
      }),
    )
  })

  test('a guard that refuses a forbidden binding in a dry run is good', async () => {
    expect(await found({})).toEqual([
      `good: the guard decided correctly in a dry run: refused to ${what}`,
    ])
  })

  test('a guard that does not refuse it is bad, with the answer of the API server', async () => {
    const message = 'the guard did not refuse a ClusterRoleBinding of cs-reader'
    const unguarded = { code: 'ACCESS_UNGUARDED', at: null, message, hint: null } as const
    expect(await found({ unguarded })).toEqual([`bad: ${message}`])
  })

  test.each([
    ['create bindings', 'clusterrolebindings', 'create'],
    ['bind the role', 'clusterroles', 'bind'],
  ])(
    'a login that may not %s leaves the effect open, since RBAC refuses it before',
    async (_, resource, verb) => {
      const message = 'forbidden by RBAC for cs-reader'
      const unguarded = { code: 'ACCESS_UNGUARDED', at: null, message, hint: null } as const
      const may = (right: Right): boolean => right.resource !== resource || right.verb !== verb
      expect(await found({ may, unguarded })).toEqual([
        `unsure: the guard was not tried with this login: ${what} (RBAC does not let it)`,
      ])
    },
  )

  test('a missing guard is not tried', async () => {
    const lines = await found({ guard: null })
    expect(lines.filter(line => line.includes(what))).toEqual([])
  })

  test('nothing is bound in a dry run where no policy allows access', async () => {
    expect((await look()).join()).not.toContain('bind ')
  })
})

describe('the findings for OIDC groups', () => {
  const found = async (answers: Answers): Promise<readonly string[]> =>
    (await look({ roles: ['cs-reader'], ...answers })).filter(line => /OIDC/.test(line))
  const effect = 'an OIDC group that begins with countersign: gives its users the access of others'
  const good = ['good: no OIDC group can begin with countersign:']
  const claim = '--oidc-groups-claim=groups'

  test.each<[string, readonly string[]]>([
    ['no OIDC', ['kube-apiserver', '--secure-port=6443']],
    ['a prefix without groups', ['--oidc-groups-prefix=countersign:']],
    ['another prefix', [claim, '--oidc-groups-prefix=oidc:']],
    ['another prefix as a second word', [claim, '--oidc-groups-prefix', 'oidc:']],
    [
      'another prefix in a line of a shell',
      ['sh', '-c', `exec x ${claim} --oidc-groups-prefix=o:`],
    ],
    [
      'a prefix that is replaced by a later one',
      [claim, '--oidc-groups-prefix=c', '--oidc-groups-prefix=o:'],
    ],
    ['underscores in the name of the flag', [claim, '--oidc_groups_prefix=o:']],
    ['a name that only resembles the prefix', [claim, '--oidc-groups-prefix=countersigned:']],
  ])('an API server with %s is good', async (_, server) => {
    expect(await found({ servers: [server] })).toEqual(good)
  })

  test.each<[string, string, readonly string[]]>([
    ['no prefix', '', [claim]],
    ['an empty prefix', '', [claim, '--oidc-groups-prefix=']],
    ['an empty second word', '', [claim, '--oidc-groups-prefix', '']],
    ['an empty prefix in quotes', '', ['sh', '-c', `x ${claim} --oidc-groups-prefix=''`]],
    ['the beginning of a grant', 'counter', [claim, '--oidc-groups-prefix=counter']],
    ['the prefix of grants', 'countersign:', [claim, '--oidc-groups-prefix=countersign:']],
    [
      'an owner',
      'countersign:acme:',
      ['--oidc-groups-claim', 'groups', '--oidc-groups-prefix=countersign:acme:'],
    ],
  ])('an API server with groups and %s needs a look', async (_, prefix, server) => {
    expect(await found({ servers: [['--oidc-groups-prefix=x:'], server] })).toEqual([
      `unsure: the API server has --oidc-groups-claim, and the --oidc-groups-prefix is "${prefix}": ${effect}`,
    ])
  })

  test('a file of --authentication-config needs a look, since doctor cannot read it', async () => {
    const servers = [['--authentication-config=/etc/auth.yaml']]
    expect(await found({ servers })).toEqual([
      `unsure: the API server reads /etc/auth.yaml, which doctor cannot see: ${effect}`,
    ])
  })

  test('API servers that cannot be seen give one note, only where a policy allows access', async () => {
    expect(await found({})).toEqual([
      `unsure: the flags of the API server cannot be seen with this login: ${effect}`,
    ])
    expect(await found({ roles: [] })).toEqual([])
  })
})

describe('the findings for rights', () => {
  const is = (right: Right, resource: string, verb: string): boolean =>
    right.resource === resource && right.verb === verb

  test('rights are checked for the login itself where it may not check others, or is the apply identity', async () => {
    const self = await look({ may: right => right.resource !== 'subjectaccessreviews' })
    expect(self).toContain('good: somebody has the rights that apply needs')
    expect(await look({ others: () => null })).toContain(
      'good: somebody has the rights that apply needs',
    )
    const username = 'system:serviceaccount:countersign:countersign-apply'
    expect(await look({ username })).toContain(`good: ${username} has the rights that apply needs`)
  })

  test('rights on the whole domain of a signer are enough', async () => {
    const others = (right: Right): boolean =>
      right.resource !== 'signers' || right.name === 'kubernetes.io/*'
    expect(await look({ others })).toContain(
      'good: countersign/countersign-apply has the rights that apply needs',
    )
    expect(await look({ others: right => right.resource !== 'signers' })).toContain(
      'bad: countersign/countersign-apply may not approve kubernetes.io/kube-apiserver-client',
    )
  })

  test('missing rights that differ only in the verb are one finding', async () => {
    const others = (right: Right): boolean =>
      !is(right, 'secrets', 'create') && !is(right, 'secrets', 'patch')
    expect(await look({ others })).toContain(
      'bad: countersign/countersign-apply may not create, patch secrets in apps',
    )
  })

  test('a login without any right gets one finding, with one command', async () => {
    const may = (): boolean => false
    const found = (await look({ may })).filter(line => line.includes('may not'))
    expect(found).toEqual([
      expect.stringMatching(
        /^bad: somebody may not approve kubernetes.io\/\S+; create, get, list, watch certificatesigningrequests; /,
      ),
    ])
  })

  test('a missing namespace is reported once, and not as missing rights', async () => {
    const others = (right: Right): boolean => right.namespace !== 'apps'
    const found = await look({ others, namespaces: name => name !== 'apps' || null })
    expect(found.filter(line => line.startsWith('bad'))).toEqual([
      'bad: there is no namespace apps',
    ])
    expect(found.join()).not.toContain('has the rights that apply needs')
  })

  test('a namespace that is being deleted is reported without a Role or an account to create in it', async () => {
    for (const name of ['apps', 'countersign']) {
      const found = await findingsWith({
        account: 'gone',
        others: ({ namespace }) => namespace !== name,
        namespaces: each => (each === name ? 'ending' : true),
      })
      const faults = found.filter(({ mark }) => mark === 'bad')
      const account = name === 'countersign' ? [] : [{ code: null }]
      expect(faults).toMatchObject([{ code: 'CLUSTER_TERMINATING' }, ...account])
      expect(faults[0]?.message).toBe(
        `namespace ${name} is being deleted in prod, so nothing can be created in it`,
      )
      expect(faults[0]?.paste).toBe(
        `create it again when it is gone, with the rights in it:\nkubectl --kubeconfig own wait --for=delete namespace/${name} --timeout=5m\nkubectl --kubeconfig own create namespace ${name}\ncountersign manifests identity --cluster prod | kubectl --kubeconfig own apply -f -`,
      )
    }
  })

  test('without the namespace of records doctor does not say that there were none', async () => {
    const namespaces = (name: string) => name !== 'countersign' || null
    const found = await look({ records: [], namespaces })
    expect(found).toContain(
      'unsure: there is no namespace countersign in prod, so there are no records: certificates and bindings of before may still work',
    )
    expect(found.join()).not.toContain('no record lists a certificate')
  })

  test('rights in a namespace that this login cannot look up are checked', async () => {
    const others = (right: Right): boolean => right.namespace !== 'apps'
    const found = await look({ others, namespaces: () => 'hidden' })
    expect(found.filter(line => line.startsWith('bad'))).toEqual([
      'bad: countersign/countersign-apply may not get, create, patch, delete secrets in apps',
    ])
  })

  test('missing rights on bindings and roles are found, with the rule to paste', async () => {
    const roles = installation({ accessRoles: ['cs-reader', 'view'] })
    const without = (missing: (right: Right) => boolean) =>
      rightFindings(roles, neededRights(roles), 'countersign-apply', async right => !missing(right))
    const isBind = ({ resource, verb, name }: Right): boolean =>
      resource === 'clusterroles' && verb === 'bind' && name === 'view'
    expect(await without(isBind)).toMatchObject([
      {
        mark: 'bad',
        message: 'countersign-apply may not bind clusterroles view',
        paste: expect.stringContaining(
          '- {apiGroups: ["rbac.authorization.k8s.io"], resources: [clusterroles], resourceNames: ["view"], verbs: [bind]}',
        ),
      },
    ])
    for (const resource of ['clusterrolebindings', 'namespaces'])
      expect(await without(right => right.resource === resource)).toMatchObject([
        { paste: expect.stringContaining(`resources: [${resource}]`) },
      ])
  })

  test.each<[string, readonly string[], string]>([
    [
      'without roles in the policies',
      [],
      'get, create, update, delete rolebindings in countersign; ',
    ],
    ['with such roles, which bring those on all bindings', ['view'], ''],
  ])('the rights on live grants are asked for %s', async (_, accessRoles, more) => {
    const isLive = ({ resource, namespace, verb }: Right): boolean =>
      namespace === 'countersign' && (resource === 'rolebindings' || verb === 'bind')
    const one = installation({ accessRoles })
    const may = async (right: Right): Promise<boolean> => !isLive(right)
    expect(await rightFindings(one, neededRights(one), 'countersign-apply', may)).toMatchObject([
      {
        mark: 'bad',
        message: `countersign-apply may not ${more}bind clusterroles in countersign`,
      },
    ])
  })

  test('without roles in the policies and without client certificates no right on bindings is asked for', () => {
    const one = installation({ signers: [{ name: 'example.com/web', maxDurationSeconds: null }] })
    expect(neededRights(one).filter(({ group }) => group.startsWith('rbac'))).toEqual([])
  })

  test('a missing right to reference an Issuer of cert-manager is found, with the rule to paste', async () => {
    const name = 'issuers.cert-manager.io/shop.team-ca'
    const one = installation({ signers: [{ name, maxDurationSeconds: null }] })
    const may = async ({ group }: Right): Promise<boolean> => group !== 'cert-manager.io'
    expect(await rightFindings(one, neededRights(one), 'countersign-apply', may)).toMatchObject([
      {
        mark: 'bad',
        message: 'countersign-apply may not reference signers in shop',
        paste: expect.stringContaining(
          'in namespace shop with this rule (countersign manifests identity --cluster prod prints all of it):\n- {apiGroups: ["cert-manager.io"], resources: [signers], resourceNames: ["team-ca"], verbs: [reference]}',
        ),
      },
    ])
    const every = installation({
      signers: [{ name: 'issuers.cert-manager.io/*', maxDurationSeconds: null }],
    })
    expect(neededRights(every)).toContainEqual({
      group: 'cert-manager.io',
      resource: 'signers',
      verb: 'reference',
    })
  })

  test.each(neededRights(installation()))('a missing right is found: %j', async missing => {
    const same = (right: Right): boolean => JSON.stringify(right) === JSON.stringify(missing)
    const found = await look({ others: right => !same(right) })
    expect(found.filter(line => line.startsWith('bad'))).toHaveLength(1)
  })
})
