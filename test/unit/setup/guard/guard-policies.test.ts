import { describe, expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import {
  guardManifests,
  guardNames,
  guardObjects,
} from '../../../../src/setup/guard/guard-policies.ts'
import { installation, manySigners } from '../../../build/installation.ts'

const NOBODY = { approvers: [] }
/** The guard of writes is for client certificates of the API server. */
const OTHERS = manySigners(1)
const text = (changes = {}): string => JSON.stringify(guardObjects(installation(changes), NOBODY))

function validationsOf(spec: object): readonly { readonly reason: string }[] {
  return JSON.parse(JSON.stringify(spec)).validations
}

describe('the manifests of the guard', () => {
  test('the guard has one policy and one binding for each of its parts, named by the owner', () => {
    const objects = parseAllDocuments(guardManifests(installation(), NOBODY)).map(one => one.toJS())
    const names = guardNames(installation())
    expect(names).toEqual(
      ['approvals', 'requests', 'records', 'marks', 'bindings', 'writes', 'identity'].map(
        part => `countersign-acme-certs-${part}`,
      ),
    )
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
      names.flatMap(name => [
        `ValidatingAdmissionPolicy ${name}`,
        `ValidatingAdmissionPolicyBinding ${name}`,
      ]),
    )
  })

  test('the guard fails closed, refuses as forbidden, and denies', () => {
    for (const { kind, spec } of guardObjects(installation({ accessRoles: ['view'] }), NOBODY)) {
      if (kind === 'ValidatingAdmissionPolicyBinding')
        expect(spec).toMatchObject({ validationActions: ['Deny'] })
      else {
        expect(spec).toMatchObject({ failurePolicy: 'Fail' })
        const reasons = new Set(validationsOf(spec).map(({ reason }) => reason))
        expect([...reasons]).toEqual(['Forbidden'])
      }
    }
  })

  test('the guard knows the apply identity by user name or group, with its own credential', () => {
    expect(text()).toContain(
      "request.userInfo.username == 'system:serviceaccount:countersign:countersign-apply' && has(request.userInfo.uid) && request.userInfo.uid != '' && has(request.userInfo.extra)",
    )
    const group = text({ signers: OTHERS, subject: { kind: 'Group', name: "o'clock" } })
    expect(group).toContain(
      "'o\\\\'clock' in request.userInfo.groups && has(request.userInfo.extra)",
    )
    expect(group).not.toContain('serviceaccounts/token')
  })

  const approver = {
    subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-approver' },
    signers: ['kubernetes.io/kubelet-serving'],
  } as const
  const inCluster = {
    cluster: { ...installation().cluster, auth: { kind: 'inCluster' } },
  } as const

  test('the guard lets no pod run as the service account, except where countersign runs in the cluster', () => {
    const pods = (accounts: string): string =>
      `(has(object.spec.serviceAccountName) ? object.spec.serviceAccountName : '')) in [${accounts}`
    expect(text({ signers: OTHERS })).toContain(pods("'countersign:countersign-apply']"))
    expect(text({ ...inCluster, signers: OTHERS })).toContain(pods("'kube-system:"))
    const revoker = pods("'countersign:countersign-revoker', 'kube-system:")
    expect(text({ ...inCluster, signers: OTHERS, accessRoles: ['view'] })).toContain(revoker)
    expect(text(inCluster)).toContain(revoker)
  })

  test('the guard covers pods and workloads of exactly those accounts that run in the cluster', () => {
    const isOurs = (accounts: string): string => `variables.pod.serviceAccountName in [${accounts}]`
    expect(text()).not.toContain('pods/exec')
    expect(text({ approver })).toContain(isOurs("'countersign-approver'"))
    expect(text(inCluster)).toContain(isOurs("'countersign-apply'"))
    expect(text({ ...inCluster, approver })).toContain(
      isOurs("'countersign-apply', 'countersign-approver'"),
    )
  })

  test('the guard lets only users who may do everything enter pods of countersign', () => {
    expect(text(inCluster)).toMatch(
      /!\(request\.operation == 'CONNECT' \|\| has\(request\.subResource\)\) \|\| authorizer\.group\('\*'\)/,
    )
  })

  test('the guard protects tokens of the approver where apply is a group', () => {
    const group = text({ signers: OTHERS, subject: { kind: 'Group', name: 'ci' }, approver })
    expect(group).toContain("request.name) in ['countersign:countersign-approver', 'kube-system:")
  })

  test('the guard protects tokens of approvers that are service accounts, in their namespaces', () => {
    const approvers = ['system:serviceaccount:ops:bot', 'other']
    const printed = JSON.stringify(guardObjects(installation({ signers: OTHERS }), { approvers }))
    expect(printed).toContain("['countersign:countersign-apply', 'ops:bot']")
    expect(printed).toContain('"values":["countersign","ops"]')
    expect(printed).toContain("request.userInfo.username == 'other'\"")
    expect(printed).toMatch(
      /username == 'system:serviceaccount:ops:bot' && has\(request.userInfo.uid/,
    )
  })

  test('the guard limits lifetimes where a limit is configured', () => {
    expect(text()).toContain("{'kubernetes.io/kube-apiserver-client': 86400}")
    expect(text()).toContain('expirationSeconds <= variables.longest')
    const open = [{ name: 'example.com/team', maxDurationSeconds: null }]
    expect(text({ signers: open })).not.toContain('expirationSeconds')
  })

  test('the guard has as many expressions and checks for twenty signers as for one', () => {
    const shape = (count: number): readonly number[] => {
      const printed = text({ signers: manySigners(count) })
      return ['"expression"', '.check('].map(part => printed.split(part).length - 1)
    }
    expect(shape(20)).toEqual(shape(1))
    const checks = [
      ...text({ signers: manySigners(20) }).matchAll(/"expression":"(.*?[^\\])"/g),
    ].map(([, expression = '']) => expression.split('.check(').length - 1)
    // One costs more than a third of what an expression may cost.
    expect(Math.max(...checks)).toBe(2)
  })

  test('the guard covers every signer of a domain that is named as a whole', () => {
    const signers = [{ name: 'example.com/*', maxDurationSeconds: null }]
    expect(text({ signers })).toContain(
      "oldObject.spec.signerName in ['example.com/*'] || (oldObject.spec.signerName.split('/')[0] + '/*') in ['example.com/*']",
    )
    const kubernetes = [{ name: 'kubernetes.io/*', maxDurationSeconds: null }]
    expect(text({ signers: kubernetes })).toContain('certificate-controller')
  })

  test('the guard allows the controller of kubelets for their signer only', () => {
    expect(text()).not.toContain('certificate-controller')
    const name = 'kubernetes.io/kube-apiserver-client-kubelet'
    expect(text({ signers: [{ name, maxDurationSeconds: null }] })).toContain(
      `(oldObject.spec.signerName == '${name}' && ((request.userInfo.username == 'system:kube-controller-manager' && ((has(request.userInfo.uid) && request.userInfo.uid != '') || (has(request.userInfo.extra) && 'authentication.kubernetes.io/credential-id' in request.userInfo.extra && request.userInfo.extra['authentication.kubernetes.io/credential-id'].size() == 1))) || (request.userInfo.username == 'system:serviceaccount:kube-system:certificate-controller' && has(request.userInfo.uid)`,
    )
  })

  test('the guard allows adoption of Secrets only where a policy does', () => {
    expect(text()).toContain("oldObject == null || variables.oldOwner == 'acme-certs'\"")
    expect(text({ mayAdopt: true })).toContain("|| variables.oldOwner == ''")
  })

  test('the guard names further approvers exactly', () => {
    const objects = guardObjects(installation(), { approvers: ['other'] })
    expect(JSON.stringify(objects)).toContain(
      "variables.isApply || request.userInfo.username == 'other'\"",
    )
  })

  test('the guard protects the tokens of approvers also if the apply identity is a user', () => {
    const subject = { kind: 'User', name: 'oidc' } as const
    const text = (approvers: readonly string[]): string =>
      JSON.stringify(
        guardObjects(installation({ signers: OTHERS, subject, planner: null }), { approvers }),
      )
    expect(text(['system:serviceaccount:ops:bot'])).toContain("in ['ops:bot']")
    expect(text([])).not.toContain('serviceaccounts/token')
  })

  test('the guard of bindings exists only where policies allow access, or client certificates are signed', () => {
    const parts = (accessRoles: readonly string[]) =>
      guardNames(installation({ signers: OTHERS, accessRoles })).map(name => name.split('-').at(-1))
    expect(parts(['view'])).toEqual([
      'approvals',
      'requests',
      'records',
      'marks',
      'bindings',
      'identity',
    ])
    expect(parts([])).not.toContain('bindings')
    expect(text({ signers: OTHERS })).not.toContain('rolebindings')
    expect(text({ signers: OTHERS })).not.toContain('*/*')
    expect(guardNames(installation())).toEqual(
      expect.arrayContaining(['countersign-acme-certs-bindings', 'countersign-acme-certs-writes']),
    )
  })

  test('the guard of bindings has as many expressions for twenty roles as for one', () => {
    const shape = (count: number): number =>
      text({ accessRoles: Array.from({ length: count }, (_, index) => `r${index}`) }).split(
        '"expression"',
      ).length
    expect(shape(20)).toBe(shape(1))
  })

  test('the guard says which roles only the apply identity binds', () => {
    const printed = guardManifests(installation({ accessRoles: ['cs-reader', 'view'] }), NOBODY)
    expect(printed).toContain(
      '# Only it binds roles to groups countersign:acme-certs:…, and only these: cs-reader, view.',
    )
    expect(guardManifests(installation(), NOBODY)).not.toContain('Only it binds')
  })

  test('the guard begins with the command that removes it', () => {
    expect(guardManifests(installation(), NOBODY)).toMatch(
      /^# Only the service account countersign\/countersign-apply approves [^]*kubectl delete validatingadmissionpolicybinding countersign-acme-certs-approvals/,
    )
  })
})
