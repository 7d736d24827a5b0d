// Problems of a conversation that ends without a certificate, one function for each, with its own message and hint.
import {
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
} from '../../domain/request/signer.ts'
import { unplaced } from '../../domain/problem.ts'
import { installCommand } from '../../lib/source/shell-word.ts'
import type { Problem } from '../../domain/problem.ts'
import type {
  Condition,
  SigningRequest,
  SigningRequestManifest,
} from '../../domain/cluster/signing-request.ts'

const BUILT_IN: readonly string[] = [
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
]

/** Returns CLUSTER_DENIED with reason and message of the Denied condition. */
export function deniedInCluster(object: SigningRequest, denied: Condition): Problem {
  return unplaced(
    'CLUSTER_DENIED',
    `${object.name} was denied in the cluster: ${said(denied)}`,
    'ask the person who denied it; to request it again, raise spec.reissue in the request file',
  )
}

/** Returns CLUSTER_FAILED with reason and message of the Failed condition. The object never leaves that state. */
export function failedBySigner(
  object: SigningRequest,
  failed: Condition,
  cluster: string,
): Problem {
  return unplaced(
    'CLUSTER_FAILED',
    `the signer ${object.signerName} refused ${object.name}: ${said(failed)}`,
    failed.reason === 'DeniedReference'
      ? `this login may not use the Issuer: ${installCommand('identity', { name: cluster })}, then apply again`
      : 'the object stays failed; change the request file, and the next apply makes a new one',
  )
}

/** Returns CLUSTER_DELETED: the object was deleted before it was signed. */
export function deletedWhileWaiting(name: string): Problem {
  return unplaced(
    'CLUSTER_DELETED',
    `${name} was deleted before it was signed`,
    'another client deleted it; the next apply makes a new one',
  )
}

/** Returns CLUSTER_REPLACED: the name belongs to another object now, with another uid. It was not approved. */
export function replacedWhileWaiting(name: string): Problem {
  return unplaced(
    'CLUSTER_REPLACED',
    `${name} was deleted and created again by another client; the new one was not approved`,
    'find out who creates objects under this name (kubectl get csr -o yaml), then apply again',
  )
}

/** Returns CLUSTER_UNSIGNED: approved, but not signed within `seconds`. The hint depends on the kind of signer. */
export function notSigned(manifest: SigningRequestManifest, seconds: number): Problem {
  const hint = BUILT_IN.includes(manifest.signerName)
    ? 'kube-controller-manager does not sign: check that --cluster-signing-cert-file is set and that its CA has not expired; managed clusters often have no such signer'
    : `kubectl describe csr ${manifest.name} shows the events of the signer; without events, check that a controller that signs for ${manifest.signerName} runs`
  return unplaced(
    'CLUSTER_UNSIGNED',
    `${manifest.name} is approved, but the signer ${manifest.signerName} did not sign it within ${seconds} s`,
    hint,
  )
}

/** Returns CLUSTER_TIMEOUT: the approval was not possible within `seconds`, so nothing was approved. */
export function tooLate(name: string, seconds: number): Problem {
  return unplaced(
    'CLUSTER_TIMEOUT',
    `${name} could not be approved within ${seconds} s`,
    'nothing was approved; is the API server overloaded? Apply again',
  )
}

/** Returns CLUSTER_NAME_OCCUPIED with all names that were tried. `creator` is the user who created the last object. */
export function occupied(names: readonly string[], creator: string): Problem {
  return unplaced(
    'CLUSTER_NAME_OCCUPIED',
    `${names.join(', ')} exist already with other content; they were created by ${creator}`,
    'none of them was approved; find out why they were created, delete them, then apply again',
  )
}

/** Returns CLUSTER_CLAIM_LOST: the claim ended before the approval, so nothing was approved. */
export function claimLost(name: string): Problem {
  return unplaced(
    'CLUSTER_CLAIM_LOST',
    `the claim on ${name} ended before it could be approved`,
    'nothing was approved; apply again',
  )
}

/** Returns CLUSTER_CLAIM_LOST: the claim ended after the signature and before the delivery, so nothing was stored. */
export function claimLostBeforeStoring(name: string): Problem {
  return unplaced(
    'CLUSTER_CLAIM_LOST',
    `the claim on ${name} ended before its certificate could be stored`,
    'nothing was stored, and its key is dropped; apply again',
  )
}

function said(condition: Condition): string {
  const { reason, message } = condition
  const words = [reason, message].filter(word => word !== '').join(': ')
  return words === '' ? 'no reason was given' : words
}
