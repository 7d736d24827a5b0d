// The first countersign.yaml. Unknown values are written as FILL-IN, which no field accepts, so the file is refused until they are
// replaced.
import type { ClusterSetup, OwnerSetup, Setup } from '../../domain/request/initial-setup.ts'
import { KUBE_APISERVER_CLIENT } from '../../domain/request/signer.ts'
import { withMember } from '../../lib/source/edit-yaml.ts'
import { commandsFor } from './forge-commands.ts'

export const FILL_IN = 'FILL-IN'
const SCHEMA = 'https://countersign.dev/schema/config.schema.json'

/** Own keys get an artifact of the run. */
const RUNNER_SINKS = '    namespace: apps # of the Secret for a key that countersign generates'
/** There is no run, so certificates for own keys go to Secrets too. */
const PULL_SINKS = `    sinks: [{secret: {namespace: apps, name: "{name}-tls"}}] # certificate, and key if countersign generates it`

const PUBLIC_COMMENTS = `# This repository is public: so are the names and the key of a request. Without this line a certificate for an own key has to go into
# an artifact or a Secret.
certificatesInPublicComments: true
`

export function configurationText(setup: Setup): string {
  const { owner, cluster, isPull, isPublic, owners, forge, repositoryId } = setup
  const people = ownersOf(owners)
  return `# yaml-language-server: $schema=${SCHEMA}
apiVersion: countersign.dev/v1
kind: Config
metadata: {name: ${owner}} # whose records these are in the clusters
${forge === null ? '' : `forge: {kind: gitea, url: ${forge}}\n`}${repositoryId === null ? '' : `repositoryId: ${repositoryId} # stays when the repository is renamed or transferred\n`}requests: requests
defaultCluster: ${cluster.name}
clusters:
  ${cluster.name}:
${clusterLines(cluster, isPull)
  .map(line => `  ${line}`)
  .join('\n')}
defaults:
- paths: ["requests/people/**", "requests/robots/**"]
  spec:
    signerName: ${KUBE_APISERVER_CLIENT}
    usages: [digital signature, client auth]
    duration: 168h
    renewBeforePercentage: 50 # new ones when half of their life is left
${isPull ? PULL_SINKS : RUNNER_SINKS}
# For rules such as request.commonName == requester.name: each person's login, id${forge === null ? ' (gh api users/LOGIN --jq .id)' : ''} and name.
people: []
approval:
  # Who approves this file, policies/, CODEOWNERS and the workflow. Nobody approves their own change, so name two at least.
  configuration:
    required: 1
    users:
${people.map(line => `    - ${line}`).join('\n')}
  # Everything else: anybody who may write and contributed nothing to the file.
  requests: {required: 1}
${isPublic ? PUBLIC_COMMENTS : ''}limits: {maxIssue: 50, maxRenew: 500, maxWithdraw: 10%}
`
}

/** The configuration with one more cluster; null if it has its clusters in braces. */
export function withCluster(text: string, { cluster, isPull }: Setup): string | null {
  const lines = ['', ...clusterLines(cluster, isPull)]
  return withMember(text, ['clusters'], cluster.name, lines.join('\n'))
}

/** Name of the environment variable, and of the environment's secret, that holds the kubeconfig of a cluster. */
export function kubeconfigVariable(cluster: string): string {
  return `KUBECONFIG_${cluster.toUpperCase().replaceAll('-', '_')}`
}

/** Values to fill in by hand, in the order of the file. */
export function missingIn({ cluster, owners, forge }: Setup): readonly string[] {
  const { name, server, serverCa } = cluster
  const unknown = owners.filter(({ id }) => id === null)
  return [
    ...(server === null ? [`clusters.${name}.server: the URL of the API server`] : []),
    ...(serverCa === null
      ? [`clusters.${name}.certificateAuthorityData: base64 of the PEM of its CA`]
      : []),
    ...(owners.length === 0
      ? ['approval.configuration.users, and the owners in CODEOWNERS']
      : unknown.map(({ login }) => `the id of ${login}: ${commandsFor(forge).accountId(login)}`)),
  ]
}

/** The entry of a cluster, below its name. */
function clusterLines(cluster: ClusterSetup, isPull: boolean): readonly string[] {
  const { name, provider, server, serverCa, clientCa } = cluster
  const signer =
    clientCa === null
      ? '{maxDuration: 8760h}'
      : `{maxDuration: 8760h, certificateAuthorityData: ${base64(clientCa)}}`
  return [
    `provider: ${provider}`,
    `server: ${server === null ? FILL_IN : plain(server)}`,
    `certificateAuthorityData: ${serverCa === null ? FILL_IN : base64(serverCa)}`,
    `auth: {${isPull ? 'inCluster: {}' : `kubeconfig: {secretEnv: ${kubeconfigVariable(name)}}`}}`,
    'recordNamespace: countersign',
    'signers:',
    `  ${KUBE_APISERVER_CLIENT}: ${signer}`,
  ].map(line => `  ${line}`)
}

function ownersOf(owners: readonly OwnerSetup[]): readonly string[] {
  if (owners.length === 0) return [`{login: ${FILL_IN}, id: ${FILL_IN}}`]
  return owners.map(({ login, id }) => `{login: ${plain(login)}, id: ${id ?? FILL_IN}}`)
}

/** A plain scalar if YAML reads it as text, otherwise quoted. */
function plain(text: string): string {
  return /^[A-Za-z][A-Za-z0-9:/._-]*$/.test(text) &&
    !/^(true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text)
}

function base64(pem: string): string {
  return Buffer.from(pem).toString('base64')
}
