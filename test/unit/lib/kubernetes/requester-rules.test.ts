import { describe, expect, test } from '@jest/globals'
import { requesterProblems } from '../../../../src/lib/kubernetes/requester-rules.ts'
import { named } from '../x509/build.ts'

const SERVING = 'kubernetes.io/kubelet-serving'
const KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet'
const NODE = 'system:node:n1'
const NODES = ['system:nodes', 'system:authenticated']
const BOOTSTRAP = 'system:bootstrap:abcdef'

function problems(
  signerName: string,
  username: string,
  groups: readonly string[],
  subject = named('O=system:nodes', `CN=${NODE}`),
) {
  return requesterProblems({ username, groups }, { signerName, subject })
}

describe('the requester of a kubelet certificate', () => {
  test.each([SERVING, KUBELET])('the node itself may request a certificate for %s', signerName => {
    expect(problems(signerName, NODE, NODES)).toEqual([])
  })

  test.each([
    ['another node', 'system:node:n2', NODES, undefined],
    ['a user with the name and without the group', NODE, ['system:authenticated'], undefined],
    ['a user in the group of nodes', 'jane', NODES, undefined],
    ['a user in the group of nodes with their own name', 'jane', NODES, named('CN=jane')],
    ['a user', 'jane', [], undefined],
    ['the node without a common name', NODE, NODES, named('O=system:nodes')],
    ['the node with two common names', NODE, NODES, named(`CN=${NODE}`, 'CN=system:node:n2')],
  ])('%s may not request a kubelet certificate', (_title, username, groups, subject) => {
    for (const signerName of [SERVING, KUBELET])
      expect(problems(signerName, username, groups, subject)).toMatchObject([
        { code: 'SIGNER_REQUESTER' },
      ])
  })

  test('a bootstrap token may request the client certificate of a node, and not the serving one', () => {
    const groups = ['system:bootstrappers', 'system:authenticated']
    expect(problems(KUBELET, BOOTSTRAP, groups)).toEqual([])
    expect(problems(SERVING, BOOTSTRAP, groups)).toHaveLength(1)
  })

  test('the problem names the requester and all groups', () => {
    expect(problems(SERVING, 'jane', ['developers', 'system:authenticated'])[0]?.message).toBe(
      'kubernetes.io/kubelet-serving is for a node that asks for itself: the requester is "jane" of the groups developers, system:authenticated; it must be the common name "system:node:n1", as a node in the group system:nodes',
    )
  })

  test('any user may request from another signer', () => {
    expect(problems('kubernetes.io/kube-apiserver-client', 'jane', [])).toEqual([])
    expect(problems('example.com/kubelet-serving', 'jane', [])).toEqual([])
  })
})
