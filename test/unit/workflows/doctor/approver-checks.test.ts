import { expect, test } from '@jest/globals'
import { KUBE_APISERVER_CLIENT_KUBELET } from '../../../../src/domain/request/signer.ts'
import type { Administration } from '../../../../src/ports/administration.ts'
import { nodeApproverFindings } from '../../../../src/workflows/doctor/approver-checks.ts'
import { installation } from '../../../build/installation.ts'
import { standIn } from '../../../build/stand-in.ts'

const subject = { kind: 'ServiceAccount', namespace: 'countersign', name: 'a' } as const

/** `rights`: those that kube-controller-manager's approver finds; null if the API server does not say. */
const found = (rights: readonly string[] | null, signers = [KUBE_APISERVER_CLIENT_KUBELET]) =>
  nodeApproverFindings(
    standIn<Administration>({
      mayOther: async (_who, { subresource = '' }) =>
        rights === null ? null : rights.includes(subresource),
    }),
    installation({ approver: { subject, signers: [signers[0] ?? '', ...signers.slice(1)] } }),
  )

test.each([
  [[], 'good', 'approves no request of a node'],
  [['nodeclient'], 'unsure', 'the first certificate of any node name, for every bootstrap token'],
  [['nodeclient', 'selfnodeclient'], 'unsure', ', and renewals of each node'],
  [null, 'unsure', 'is unknown'],
])(
  'with the rights %j doctor reports kube-controller-manager as %s',
  async (rights, mark, text) => {
    expect(await found(rights)).toMatchObject([{ mark, message: expect.stringContaining(text) }])
  },
)

test('doctor does not ask where no policy decides on first certificates of nodes', async () =>
  expect(await found(null, ['kubernetes.io/kubelet-serving'])).toEqual([]))
