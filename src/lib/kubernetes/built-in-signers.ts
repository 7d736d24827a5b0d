// Kubernetes' own signers, and what each takes (k8s.io/kubernetes pkg/apis/certificates/helpers.go).
import {
  KUBELET_SERVING,
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
} from '../../domain/request/signer.ts'
import type { Usage } from '../../domain/request/signer.ts'

/** Usages a signer needs and those it also takes; nothing else is signed. */
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

export function isBuiltIn(signerName: string): boolean {
  return BUILT_IN.has(signerName)
}

/** Null for signers that are not Kubernetes' own. */
export function signerUsages(signerName: string): SignerUsages | null {
  return BUILT_IN.get(signerName) ?? null
}

export function builtInSigners(): readonly string[] {
  return [...BUILT_IN.keys()]
}

/** The kubelet signers take only a node's own identity. */
export function isKubeletSigner(signerName: string): boolean {
  return signerName === KUBE_APISERVER_CLIENT_KUBELET || signerName === KUBELET_SERVING
}
