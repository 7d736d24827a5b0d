// Who may ask a kubelet signer: the signer does not look at the requester, so the approver has to (sarapprove.go of the
// certificate controller; docs of kubernetes.io/kubelet-serving).
import { KUBE_APISERVER_CLIENT_KUBELET } from '../../domain/request/signer.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { ATTRIBUTE_OIDS } from '../x509/oids.ts'
import { valuesOf } from '../x509/x500-name.ts'
import { NODE_PREFIX, NODES } from './kubernetes-name-rules.ts'
import { isKubeletSigner } from './built-in-signers.ts'

/** The group of bootstrap tokens. Others with the right to nodeclient are approved by Kubernetes itself. */
const BOOTSTRAPPERS = 'system:bootstrappers'

/** A node asks for itself; for its first client certificate a bootstrap token asks. */
export function requesterProblems(
  { username, groups }: Pick<SigningRequest, 'username' | 'groups'>,
  { signerName, subject }: Pick<EffectiveRequest, 'signerName' | 'subject'>,
): readonly Problem[] {
  if (!isKubeletSigner(signerName)) return []
  const [name, ...more] = valuesOf(subject, ATTRIBUTE_OIDS.CN)
  const isNode = username.startsWith(NODE_PREFIX) && groups.includes(NODES)
  if (isNode && username === name && more.length === 0) return []
  const isFirst = signerName === KUBE_APISERVER_CLIENT_KUBELET
  if (isFirst && groups.includes(BOOTSTRAPPERS)) return []
  const asker = `"${username}" of the groups ${groups.length === 0 ? 'none' : groups.join(', ')}`
  const wanted = `the common name "${name ?? ''}", as a node in the group ${NODES}`
  return [
    {
      code: 'SIGNER_REQUESTER',
      at: null,
      message: `${signerName} is for a node that asks for itself: the requester is ${asker}; it must be ${wanted}${isFirst ? `, or in the group ${BOOTSTRAPPERS}` : ''}`,
      hint: 'deny it; the kubelet of that node makes a request of its own',
    },
  ]
}
