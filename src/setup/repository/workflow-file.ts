// The workflow: one job plans pull requests without any secret, the other one applies the state of the default branch.
// examples/workflows/countersign.yml is this text with zeros for values that are only known later; a test compares both.
import { VERSION } from '../../domain/version.ts'
import type { Setup } from '../../domain/request/initial-setup.ts'
import { kubeconfigVariable } from './first-configuration.ts'

/** The environment that holds the credential; its only deployment branch is the default branch. */
export const ENVIRONMENT = 'countersign'

/** A release cannot contain its own commit, so a person fills it in during setup. */
const UNKNOWN_COMMIT = '0'.repeat(40)

/** `digest`: digest of the trusted configuration, `sha256:…`. */
export function workflowText({ cluster, defaultBranch }: Setup, digest: string): string {
  const variable = kubeconfigVariable(cluster.name)
  const action = `countersign/countersign@${UNKNOWN_COMMIT} # v${VERSION}`
  return `# Plans on pull requests, applies what code review approved. \`countersign init\` writes this file with your digest in it.
#
# Zeros are placeholders:
#   the commit of countersign   gh api repos/countersign/countersign/commits/v${VERSION} --jq .sha     (dependabot renews it)
#   trusted-config              countersign init writes it; left empty, the job apply says what it would be
name: countersign
on:
  pull_request:
  merge_group:
  push: {branches: [${branchName(defaultBranch)}]}
  schedule: [{cron: '41 3 * * *'}] # an odd minute: GitHub starts runs at the full hour late, or not at all
  workflow_dispatch:

permissions: {}

# One run at a time for the default branch, and for each pull request. A run that was dropped is made up for by the next.
concurrency:
  group: countersign-\${{ github.event.pull_request.number || github.ref }}
  cancel-in-progress: false

jobs:
  plan:
    name: countersign / plan
    if: github.event_name == 'pull_request' || github.event_name == 'merge_group'
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read # the files of both commits
      pull-requests: write # who approved what; the comment. With read there is none, and the plan stands in the summary
      actions: read # when a branch was pushed
    steps:
    - uses: ${action}
      with:
        command: plan

  apply:
    name: countersign / apply
    if: github.event_name != 'pull_request' && github.ref == ${quoted(`refs/heads/${defaultBranch}`)}
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    environment: ${ENVIRONMENT} # holds the credential, and deploys from ${defaultBranch} only
    permissions:
      contents: read # the files of the default branch
      pull-requests: write # who approved what; the comment after the merge
      issues: write # the one issue that says who must do something. Without it there is none
      actions: read # when a branch was pushed
    steps:
    - uses: ${action}
      with:
        command: apply
        # The configuration as it was when this was set up. Later changes count once they were approved as it asks.
        trusted-config: ${digest}
      env:
        ${variable}: \${{ secrets.${variable} }}
`
}

/** As YAML, in quotes unless it is a plain word. */
function branchName(name: string): string {
  return /^[A-Za-z][\w./-]*$/.test(name) ? name : JSON.stringify(name)
}

/** A string literal in GitHub's expressions. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
