// Admission policies that an API server reads from files (Kubernetes 1.37, KEP 5793).

/** The end of their names, which objects of the API may not have. */
export const STATIC_SUFFIX = '.static.k8s.io'
