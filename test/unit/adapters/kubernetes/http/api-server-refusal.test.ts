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
      expect([code, hint]).toEqual(['CLUSTER_FORBIDDEN', expect.stringContaining(says)])
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
        const answer = { status: 403, body: { message }, cluster: 'lab' }
        const { hint } = apiRefusal(answer, 'do it', NEEDS).problem
        expect(hint).toMatch(/manifests guard (?:[^|]* )?--cluster lab \|/)
        expect(hint).not.toMatch(/countersign manifests \w+ (?![^|>)]*--cluster lab)/)
      }
    },
  )

  test('a refused revocation is answered with the rights of the revoker', () => {
    const said =
      "ValidatingAdmissionPolicy 'countersign-acme-records' with binding 'countersign-acme-records' denied request: revocations of acme are created by users with the verb revoke on grants in countersign.dev: countersign manifests revoker"
    const body = { kind: 'Status', message: said }
    const { hint } = apiRefusal({ status: 403, body }, 'write it', NEEDS).problem
    expect(hint).toContain('countersign manifests revoker --user NAME | kubectl apply -f -')
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

  test('a refusal by another policy names that policy and no permission to add', () => {
    expect(refused('kyverno-rules').hint).toBe(
      'an admission policy of this cluster refused it: kubectl get validatingadmissionpolicy kyverno-rules -o yaml',
    )
  })
})
