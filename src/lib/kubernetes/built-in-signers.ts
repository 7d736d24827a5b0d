// Kubernetes' own signers and the usages that each accepts (k8s.io/kubernetes pkg/controller/certificates/signer/signer.go for
// kube-apiserver-client, pkg/apis/certificates/helpers.go for the kubelet signers).
import {
  KUBELET_SERVING,
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
} from '../../domain/request/signer.ts'
import type { Usage } from '../../domain/request/usage.ts'

/** Usages that a signer requires, and those that it also accepts. It signs no request with any other usage. */
export interface SignerUsages {
  readonly required: readonly Usage[]
  readonly optional: readonly Usage[]
}

const BUILT_IN: ReadonlyMap<string, SignerUsages> = new Map([
  [
    KUBE_APISERVER_CLIENT,
    { required: ['client auth'], optional: ['digital signature', 'key encipherment'] },
  ],
  [
    KUBE_APISERVER_CLIENT_KUBELET,
    { required: ['client auth', 'digital signature'], optional: ['key encipherment'] },
  ],
  [
    KUBELET_SERVING,
    { required: ['server auth', 'digital signature'], optional: ['key encipherment'] },
  ],
] satisfies [string, SignerUsages][])

/** Returns whether the signer is one of the three of kube-controller-manager; legacy-unknown is not. */
export function isBuiltIn(signerName: string): boolean {
  return BUILT_IN.has(signerName)
}

/** Returns the usages that a signer requires and accepts; null if it is not one of Kubernetes' own. */
export function signerUsages(signerName: string): SignerUsages | null {
  return BUILT_IN.get(signerName) ?? null
}

/** Returns the names of Kubernetes' own signers. */
export function builtInSigners(): readonly string[] {
  return [...BUILT_IN.keys()]
}

/** Returns whether it is one of the two kubelet signers, which sign only the identity of a node. */
export function isKubeletSigner(signerName: string): boolean {
  return signerName === KUBE_APISERVER_CLIENT_KUBELET || signerName === KUBELET_SERVING
}
