// The workflow: one job plans pull requests without any secret, the other one applies the state of the default branch.
// examples/workflows/ has both texts with zeros for the digest; a test compares them.
import { RELEASE_COMMIT, VERSION } from '../../domain/version.ts'

/** The environment that holds the credential; its only deployment branch is the default branch. */
export const USUAL_ENVIRONMENT = 'countersign'

const UPLOAD = 'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0'

export interface WorkflowSetup {
  readonly defaultBranch: string
  /** The environment that holds the credentials. */
  readonly environment: string
  /** Variables of kubeconfigs, each from the secret of the same name. */
  readonly variables: readonly string[]
  /** A cluster accepts GitHub's OIDC tokens. */
  readonly usesOidc: boolean
  /** Digest of the trusted configuration, `sha256:…`; null while it is unknown. */
  readonly digest: string | null
}

/** `commit`: that of the release. */
export function workflowText(setup: WorkflowSetup, commit: string = RELEASE_COMMIT): string {
  const { defaultBranch, environment, variables, usesOidc, digest } = setup
  const secrets = variables.map(name => `\n        ${name}: \${{ secrets.${name} }}`).join('')
  return `# Plans on pull requests, and applies requests that code review approved. \`countersign bootstrap\` writes this file with your digest in it.
# Dependabot renews the version of countersign.
name: countersign
on:
  pull_request:
  pull_request_review: {types: [submitted, dismissed]} # the comment shows who is still needed
  merge_group:
  push: {branches: [${branchName(defaultBranch)}]}
  schedule: [{cron: '41 3 * * *'}] # an odd minute: GitHub starts runs at the full hour late, or not at all
  workflow_dispatch:

permissions: {}

# One run at a time for the default branch, and for each pull request. The next run does the work of a run that GitHub drops.
concurrency:
  group: countersign-\${{ github.event.pull_request.number || github.ref }}
  cancel-in-progress: false

jobs:
${planJob("    if: startsWith(github.event_name, 'pull_request') || github.event_name == 'merge_group'\n", commit)}
  apply:
    name: countersign / apply
    if: github.ref == ${expressionString(`refs/heads/${defaultBranch}`)} && !startsWith(github.event_name, 'pull_request')
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    environment: ${environment} # holds the credential, and deploys from ${defaultBranch} only
    permissions:
      contents: read # the files of the default branch
      pull-requests: write # who approved what; the comment after the merge
      issues: write # the one issue that lists requests that need attention. Without it there is none
      actions: read # when a branch was pushed
${usesOidc ? '      id-token: write # the login to the cluster\n' : ''}    steps:
    - uses: ${actionReference(commit)}
      id: countersign
      with:
        command: apply
        # Digest of the configuration at setup. A later change counts after the owners in that configuration approve it.
        trusted-config: ${digest ?? "''"}
        page: artifact
${secrets === '' ? '' : `      env:${secrets}\n`}    - uses: ${UPLOAD}
      if: always() && steps.countersign.outputs.page-path != ''
      with:
        name: countersign-page
        path: \${{ steps.countersign.outputs.page-path }}
`
}

/** The text with one more secret, next to the first of those that it has; unchanged if it has none of them. */
export function withVariable(text: string, known: readonly string[], name: string): string {
  const line = new RegExp(`^( *)(?:${known.join('|')}): .*\n`, 'm')
  if (known.length === 0 || new RegExp(`\\b${name}\\b`).test(text)) return text
  return text.replace(line, `$&$1${name}: \${{ secrets.${name} }}\n`)
}

/** The workflow of pull mode: it has no job that applies. */
export function planWorkflowText(commit: string = RELEASE_COMMIT): string {
  return `# Plans on pull requests only. A CronJob in the cluster applies: see examples/in-cluster. GitHub has no access to the cluster and stores
# no secret of it. The comment says so after the merge.
name: countersign
on:
  pull_request: {types: [opened, synchronize, reopened, closed]}
  pull_request_review: {types: [submitted, dismissed]} # the comment shows who is still needed
  merge_group:

permissions: {}

concurrency:
  group: countersign-\${{ github.event.pull_request.number || github.ref }}
  cancel-in-progress: false

jobs:
${planJob('', commit)}`
}

function planJob(condition: string, commit: string): string {
  return `  plan:
    name: countersign / plan
${condition}    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read # the files of both commits
      pull-requests: write # who approved what; the comment. With read, the plan is only in the job summary
      actions: read # when a branch was pushed
    steps:
    - uses: ${actionReference(commit)}
      with:
        command: plan
`
}

/** The value of `uses`. A release pins its own commit. An unreleased build only knows its tag. */
export function actionReference(commit: string = RELEASE_COMMIT): string {
  const pin = /^[0-9a-f]{40}$/.test(commit) ? `${commit} # v${VERSION}` : `v${VERSION}`
  return `countersign/countersign@${pin}`
}

/** As YAML, in quotes unless it is a plain word. */
function branchName(name: string): string {
  return /^[A-Za-z][\w./-]*$/.test(name) ? name : JSON.stringify(name)
}

/** A string literal in GitHub's expressions. */
function expressionString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
