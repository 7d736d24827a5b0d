// The authorization configuration that denies every request of a grant or of a user: for API servers that you run yourself.

const KUBECONFIG = '/etc/kubernetes/countersign/denied.kubeconfig'

/**
 * AuthorizationConfiguration, and the kubeconfig of its webhook. Nothing listens there, so its failure policy denies.
 * `user`: null for none. A user name is foreign text; grants are checked names.
 */
export function authorizationText(grants: readonly string[], user: string | null): string {
  // Strings of JSON are strings of CEL, and of YAML.
  const conditions = [
    ...(grants.length === 0 ? [] : [`request.groups.exists(g, g in ${JSON.stringify(grants)})`]),
    ...(user === null ? [] : [`request.user in ${JSON.stringify([user])}`]),
  ]
  return `# Two files for each API server that you run yourself; kubectl apply does not take them.
# 1. Until ---: the file of --authorization-config. Keep your own authorizers below countersign-revoked, in their order.
# 2. After ---: ${KUBECONFIG}. Write it first.
# Write by rename: write another file in the same folder, then mv it. The API server may read a file that is half written.
# It reads a change without a restart. If the change has a fault, the old rules stay, and the server does not start again:
# apiserver_authorization_config_controller_automatic_reloads_total{status="failure"} rises.
# It stops every request of these groups and users: reads, writes, /version, exec, impersonation.
# It does not stop system:masters, open watches, and tokens and certificates that the holder obtained.
apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- type: Webhook
  name: countersign-revoked
  webhook:
    timeout: 3s
    authorizedTTL: 30s
    unauthorizedTTL: 30s
    subjectAccessReviewVersion: v1
    matchConditionSubjectAccessReviewVersion: v1
    failurePolicy: Deny
    connectionInfo: {type: KubeConfigFile, kubeConfigFile: ${KUBECONFIG}}
    matchConditions:
    - expression: ${JSON.stringify(conditions.join(' || '))}
- {type: Node, name: node}
- {type: RBAC, name: rbac}
---
# Nothing listens at this address, so the API server denies.
apiVersion: v1
kind: Config
clusters: [{name: denied, cluster: {server: "https://127.0.0.1:1/authorize"}}]
contexts: [{name: denied, context: {cluster: denied, user: denied}}]
current-context: denied
users: [{name: denied, user: {}}]
`
}
