// Kubernetes' names of signers (k8s.io/api certificates/v1/types.go), unchanged.

export const KUBE_APISERVER_CLIENT = 'kubernetes.io/kube-apiserver-client'
export const KUBE_APISERVER_CLIENT_KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet'
export const KUBELET_SERVING = 'kubernetes.io/kubelet-serving'
export const LEGACY_UNKNOWN = 'kubernetes.io/legacy-unknown'
