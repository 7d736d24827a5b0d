// Check for another approver: Kubernetes' own one approves client certificates of kubelets without any policy, by two rights
// (pkg/controller/certificates/approver/sarapprove.go).
import type { Finding } from '../../domain/cluster/finding.ts'
import { good, unsure } from '../../domain/cluster/finding.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '../../domain/request/signer.ts'
import type { Administration } from '../../ports/administration.ts'

const REQUESTERS = [
  {
    words: 'the first certificate of any node name, for every bootstrap token',
    right: 'nodeclient',
    user: { username: 'system:bootstrap:000000', groups: ['system:bootstrappers'] },
  },
  {
    words: 'renewals of each node',
    right: 'selfnodeclient',
    user: { username: 'system:node:doctor', groups: ['system:nodes'] },
  },
] as const

const HINT =
  'take the rights away: kubectl get clusterrolebindings -o wide | grep certificatesigningrequests:\n(kubeadm: node-autoapprove-bootstrap and node-autoapprove-certificate-rotation)'

/** One finding where policies decide on first certificates of nodes. */
export async function nodeApproverFindings(
  administration: Administration,
  { approver }: Installation,
): Promise<readonly Finding[]> {
  if (approver?.signers.includes(KUBE_APISERVER_CLIENT_KUBELET) !== true) return []
  const asked = await Promise.all(
    REQUESTERS.map(async ({ words, right, user }) => {
      const groups = [...user.groups, 'system:authenticated']
      const group = 'certificates.k8s.io'
      const subresource = right
      const needed = { group, resource: 'certificatesigningrequests', subresource, verb: 'create' }
      return { words, may: await administration.mayOther({ ...user, groups }, needed) }
    }),
  )
  if (asked.some(({ may }) => may === null))
    return [unsure('whether kube-controller-manager approves requests of nodes is unknown')]
  const others = asked.filter(({ may }) => may === true).map(({ words }) => words)
  if (others.length === 0) return [good('kube-controller-manager approves no request of a node')]
  const what = others.join(', and ')
  return [unsure(`kube-controller-manager approves without a policy: ${what}`, HINT)]
}
