// The hint for a refusal by an API server: what its message says is missing, or which admission policy refused.
import { describe, expect, test } from '@jest/globals'
import { apiRefusal } from '../../../../../src/adapters/kubernetes/http/api-server-refusal.ts'

const NEEDS = {
  group: '',
  resource: 'serviceaccounts',
  subresource: 'token',
  verb: 'create',
  namespace: 'countersign',
  name: 'countersign',
}
const hintOf = (message: string) =>
  apiRefusal({ status: 404, body: { kind: 'Status', message } }, 'do it', NEEDS).problem.hint

test.each([
  ['namespaces "countersign" not found', /^create the namespace first: .* namespace countersign$/],
  ['serviceaccounts "countersign" not found', /countersign manifests identity --cluster NAME \|/],
])('the refusal %s gets a hint', (message, hint) => expect(hintOf(message)).toMatch(hint))

test.each(['secrets "countersign" not found', 'the server could not find the requested resource'])(
  'the refusal %s gets no hint to create a namespace',
  message => expect(hintOf(message)).toBeNull(),
)

test('the right to create tokens has to come from an administrator', () => {
  const message =
    'serviceaccounts "countersign" is forbidden: User "jane" cannot create resource "serviceaccounts/token" in API group "" in the namespace "countersign"'
  const { hint } = apiRefusal(
    { status: 403, body: { kind: 'Status', message } },
    'do it',
    NEEDS,
  ).problem
  expect(hint).toContain(
    'resources: [serviceaccounts/token], resourceNames: ["countersign"], verbs: [create]',
  )
  expect(hint).toContain('a cluster administrator has to add it')
  expect(hint).not.toContain('manifests rbac')
})

describe('a refusal by an admission policy', () => {
  const refused = (policy: string, status = 403) =>
    apiRefusal(
      {
        status,
        body: {
          kind: 'Status',
          message: `x is forbidden: ValidatingAdmissionPolicy '${policy}' with binding 'b' denied request: no`,
        },
      },
      'do it',
      NEEDS,
    ).problem

  test('words of a shell in place of the name of a policy get into no command', () => {
    const { hint } = refused('x; rm -rf ~')
    expect(hint ?? '').not.toContain('rm -rf')
  })

  test.each([
    ['approvals', 'log in as the apply identity'],
    ['approvals', '--approvers NAMES'],
    ['requests', 'log in as the apply identity'],
    ['requests', 'countersign manifests kubeconfig > ~/.countersign/apply.kubeconfig'],
    ['requests', 'add --kubeconfig ~/.countersign/apply.kubeconfig'],
    ['records', 'log in as the apply identity'],
    ['marks', 'log in as the apply identity'],
    ['identity', 'log in as a user who may do everything'],
  ])('a refusal by the guard (%s) names the policy and what to do (case %#)', (part, says) => {
    for (const status of [403, 422]) {
      const { code, hint } = refused(`countersign-acme-certs-${part}`, status)
      expect([code, hint]).toEqual(['CLUSTER_ADMISSION', expect.stringContaining(says)])
      expect(hint).toContain(`the policy countersign-acme-certs-${part} of the guard refused it`)
      expect(hint).toContain('\ncountersign manifests guard | kubectl apply -f -')
      expect(hint).not.toContain('add this rule')
    }
  })

  test.each(['countersign-acme-approvals', 'countersign-acme-requests'])(
    'the commands against a refusal by %s name the cluster that answered',
    policy => {
      const own = 'countersign decides on its own requests only'
      for (const reason of ['no', own]) {
        const message = `x is forbidden: ValidatingAdmissionPolicy '${policy}' with binding 'b' denied request: ${reason}`
        const answer = { status: 403, body: { message }, cluster: { name: 'lab' } }
        const { hint } = apiRefusal(answer, 'do it', NEEDS).problem
        if (reason === 'no')
          expect(hint).toContain(
            'manifests kubeconfig --cluster lab > ~/.countersign/apply-lab.kubeconfig)\nand add --kubeconfig ~/.countersign/apply-lab.kubeconfig --cluster lab to',
          )
        expect(hint).toMatch(/manifests guard (?:[^|]* )?--cluster lab \|/)
        expect(hint).not.toMatch(/countersign manifests \w+ (?![^|>)]*--cluster lab)/)
      }
    },
  )

  test('the hint of a run for one cluster adds no second --cluster to its command', () => {
    const message =
      "x is forbidden: ValidatingAdmissionPolicy 'countersign-acme-records' with binding 'b' denied request: no"
    const cluster = { name: 'lab', isOnly: true }
    const { hint } = apiRefusal({ status: 403, body: { message }, cluster }, 'do it', NEEDS).problem
    expect(hint).toContain('add --kubeconfig ~/.countersign/apply-lab.kubeconfig to your command')
    expect(hint).toContain('countersign manifests kubeconfig --cluster lab >')
  })

  test('a service account that the guard refuses applies the guard first, as an administrator', () => {
    const message =
      "x is forbidden: ValidatingAdmissionPolicy 'countersign-acme-requests' with binding 'b' denied request: no"
    const cluster = {
      name: 'lab',
      kubectl: 'kubectl --context run',
      user: 'system:serviceaccount:countersign:countersign',
    }
    const { hint } = apiRefusal({ status: 403, body: { message }, cluster }, 'do it', NEEDS).problem
    expect(hint).toMatch(
      /refused it\.\nIf countersign\.yaml or policies\/ changed, apply the guard again, .*\ncountersign manifests guard --cluster lab \| kubectl --kubeconfig ADMIN apply -f -\nElse log in as the apply identity:/,
    )
    expect(hint).not.toContain('--context run')
  })

  test('a refused revocation is answered with the rights of the revoker', () => {
    const said =
      "ValidatingAdmissionPolicy 'countersign-acme-records' with binding 'countersign-acme-records' denied request: revocations of acme are created by users with the verb revoke on grants in countersign.dev: countersign manifests revoker"
    const body = { kind: 'Status', message: said }
    const { hint } = apiRefusal({ status: 403, body }, 'write it', NEEDS).problem
    expect(hint).toContain(
      'with a kubeconfig of a cluster administrator in place of ADMIN:\ncountersign manifests revoker --user NAME | kubectl --kubeconfig ADMIN apply -f -',
    )
    expect(hint).not.toContain('apply identity')
  })

  test('a decision of the apply identity on a request of others is answered with --approvers', () => {
    const said =
      "x is forbidden: ValidatingAdmissionPolicy 'countersign-acme-certs-approvals' with binding 'b' denied request: countersign decides on its own requests only"
    const body = { kind: 'Status', message: said }
    const { hint } = apiRefusal({ status: 403, body }, 'do it', NEEDS).problem
    expect(hint).toContain('countersign manifests guard --approvers NAMES | kubectl apply -f -')
    expect(hint).not.toContain('log in as the apply identity')
  })

  test('a person who decides on requests is never sent to the apply identity, which decides on its own only', () => {
    const message =
      "x is forbidden: ValidatingAdmissionPolicy 'countersign-acme-approvals' with binding 'b' denied request: only these"
    const cluster = { name: 'lab', kubectl: 'kubectl --context lab', command: 'csr approve' }
    const { hint } = apiRefusal({ status: 403, body: { message }, cluster }, 'do it', NEEDS).problem
    expect(hint).toContain(
      'manifests guard --approvers NAMES --cluster lab | kubectl --context lab apply -f -',
    )
    expect(hint).not.toContain('manifests kubeconfig')
  })

  test.each([
    ['apply', 'countersign manifests rbac --cluster lab prints all'],
    [
      'revoke',
      'countersign manifests revoker --user NAME --cluster lab | kubectl --kubeconfig ADMIN apply -f -',
    ],
    ['status', null],
    ['csr list', null],
  ])('a missing right of %s is answered with the rights of this command', (command, says) => {
    const message =
      'secrets is forbidden: User "u" cannot list resource "secrets" in API group "" at the cluster scope'
    const cluster = { name: 'lab', command }
    const { hint } = apiRefusal({ status: 403, body: { message }, cluster }, 'do it', NEEDS).problem
    expect(hint).toContain(says ?? 'resources: [secrets], verbs: [list]')
    if (says === null) expect(hint).not.toContain('manifests')
  })

  test('a refusal by another policy names that policy and no permission to add', () => {
    expect(refused('kyverno-rules').hint).toBe(
      'an admission policy of this cluster refused it: kubectl get validatingadmissionpolicy kyverno-rules -o yaml',
    )
  })
})

describe('a refusal that no right mends', () => {
  const problemOf = (status: number, message: string) =>
    apiRefusal(
      { status, body: { kind: 'Status', message }, cluster: { name: 'lab' } },
      'write Secret a/b',
      {
        group: '',
        resource: 'secrets',
        verb: 'create',
        namespace: 'a',
      },
    ).problem

  // Sentences of Kubernetes 1.30 to 1.36.
  test.each([
    [
      'an exceeded quota',
      403,
      'secrets "b" is forbidden: exceeded quota: objects, requested: secrets=1, used: secrets=2, limited: secrets=2',
      'CLUSTER_QUOTA',
      'kubectl describe resourcequota objects --namespace a',
    ],
    [
      'a quota without a status',
      403,
      'secrets "b" is forbidden: status unknown for quota: objects, resources: secrets',
      'CLUSTER_QUOTA',
      'resourcequota objects',
    ],
    [
      'a namespace that is being deleted',
      403,
      'secrets "b" is forbidden: unable to create new content in namespace a because it is being terminated',
      'CLUSTER_TERMINATING',
      'kubectl wait --for=delete namespace/a --timeout=5m\nkubectl create namespace a\ncountersign manifests identity --cluster lab',
    ],
    ...[400, 403, 500].map(
      status =>
        [
          `a webhook that answers ${status}`,
          status,
          'admission webhook "rules.example.com" denied the request: no owner',
          'CLUSTER_ADMISSION',
          'the admission webhook rules.example.com of this cluster refused it',
        ] as const,
    ),
    [
      'a webhook that does not answer',
      500,
      'Internal error occurred: failed calling webhook "rules.example.com": failed to call webhook: Post "https://rules.example.svc:443/?timeout=10s": context deadline exceeded',
      'CLUSTER_ADMISSION',
      'the admission webhook rules.example.com of this cluster does not answer',
    ],
    ...[401, 403, 413, 422].map(
      status =>
        [
          `an admission policy that answers ${status}`,
          status,
          `secrets "b" is forbidden: ValidatingAdmissionPolicy 'owners' with binding 'all' denied request: no owner`,
          'CLUSTER_ADMISSION',
          'kubectl get validatingadmissionpolicy owners -o yaml',
        ] as const,
    ),
  ])('%s has its own code, and no rule to add', (_, status, message, code, says) => {
    const problem = problemOf(status, message)
    expect([problem.code, problem.hint]).toEqual([code, expect.stringContaining(says)])
    expect(problem.hint).not.toContain('add this rule')
  })

  test('a 403 for another reason than a right has no rule to add', () => {
    const message =
      'certificatesigningrequests.certificates.k8s.io "b" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed'
    expect(problemOf(403, message)).toMatchObject({ code: 'CLUSTER_REFUSED', hint: null })
  })

  test('a service account gets the rights of manifests identity, and no user is bound', () => {
    const message =
      'secrets is forbidden: User "system:serviceaccount:countersign:countersign" cannot create resource "secrets" in API group "" in the namespace "a"'
    const { hint } = problemOf(403, message)
    expect(hint).toContain(
      '\nall it needs, with a kubeconfig of a cluster administrator in place of ADMIN:\ncountersign manifests identity --cluster lab | kubectl --kubeconfig ADMIN apply -f -',
    )
    expect(hint).not.toContain('manifests rbac')
  })

  test.each(['nodes', 'leases'])(
    'no manifest of apply gives a right on %s, so none is named',
    resource => {
      const message = `${resource} is forbidden: User "system:serviceaccount:apps:rev" cannot list resource "${resource}" in API group "" at the cluster scope`
      const { hint } = problemOf(403, message)
      expect(hint).toContain(`resources: [${resource}]`)
      expect(hint).not.toContain('manifests')
    },
  )

  test('a login that the API server does not know gets no rule', () => {
    const message =
      'secrets is forbidden: User "system:anonymous" cannot list resource "secrets" in API group "" in the namespace "apps"'
    const { hint } = problemOf(403, message)
    expect(hint).toContain('the API server found no credential that it knows')
    expect(hint).not.toContain('add this rule')
  })

  test.each(['', 'Forbidden'])('a 403 without a reason (%j) has the rule of the call', message => {
    const problem = problemOf(403, message)
    expect([problem.code, problem.hint]).toEqual([
      'CLUSTER_FORBIDDEN',
      expect.stringContaining('resources: [secrets], verbs: [create]'),
    ])
  })
})
