// The rule for the requester of a kubelet certificate. The signer does not check the requester, so the approver must
// (k8s.io/kubernetes pkg/controller/certificates/approver/sarapprove.go; docs of kubernetes.io/kubelet-serving).
import { KUBE_APISERVER_CLIENT_KUBELET } from '../../domain/request/signer.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { ATTRIBUTE_OIDS } from '../x509/oids.ts'
import { attributeValues } from '../x509/x500-name.ts'
import { NODE_PREFIX, NODES } from './kubernetes-name-rules.ts'
import { isKubeletSigner } from './built-in-signers.ts'

/** The group of bootstrap tokens. Kubernetes itself approves requests of others with the right to nodeclient. */
const BOOTSTRAPPERS = 'system:bootstrappers'

/**
 * Returns one SIGNER_REQUESTER unless a node requests its own certificate, or a bootstrap token the first client certificate of a
 * node. Empty for signers that are not for kubelets. `username` and `groups` are those that the API server stamped on the object.
 */
export function requesterProblems(
  { username, groups }: Pick<SigningRequest, 'username' | 'groups'>,
  { signerName, subject }: Pick<EffectiveRequest, 'signerName' | 'subject'>,
): readonly Problem[] {
  if (!isKubeletSigner(signerName)) return []
  const [name, ...more] = attributeValues(subject, ATTRIBUTE_OIDS.CN)
  const isNode = username.startsWith(NODE_PREFIX) && groups.includes(NODES)
  if (isNode && username === name && more.length === 0) return []
  const isFirst = signerName === KUBE_APISERVER_CLIENT_KUBELET
  if (isFirst && groups.includes(BOOTSTRAPPERS)) return []
  const asker = `"${username}" of the groups ${groups.length === 0 ? 'none' : groups.join(', ')}`
  const wanted = `the common name "${name ?? ''}", as a node in the group ${NODES}`
  return [
    unplaced(
      'SIGNER_REQUESTER',
      `${signerName} is for a node that asks for itself: the requester is ${asker}; it must be ${wanted}${isFirst ? `, or in the group ${BOOTSTRAPPERS}` : ''}`,
      'deny it; the kubelet of that node makes a request of its own',
    ),
  ]
}
