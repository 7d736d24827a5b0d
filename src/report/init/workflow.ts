// The workflow: one job that plans pull requests without any secret, one that applies what the default branch holds.
import type { Setup } from '../../domain/setup.ts'
import { kubeconfigVariable } from './configuration.ts'

/** The environment that holds the credential; its only deployment branch is the default branch. */
export const ENVIRONMENT = 'countersign'

/** `digest`: of the configuration that is trusted, `sha256:…`. */
export function workflowText({ cluster, defaultBranch }: Setup, digest: string): string {
  const variable = kubeconfigVariable(cluster.name)
  const branch = JSON.stringify(defaultBranch)
  return `name: countersign
on:
  pull_request:
  merge_group:
  push: {branches: [${branch}]}
  schedule: [{cron: '41 3 * * *'}]
  workflow_dispatch:

permissions: {}

jobs:
  plan:
    name: countersign / plan
    if: github.event_name == 'pull_request' || github.event_name == 'merge_group'
    runs-on: ubuntu-latest
    permissions: {contents: read, pull-requests: write, actions: read}
    steps:
    - uses: actions/checkout@v4
      with: {fetch-depth: 0, persist-credentials: false}
    - uses: countersign/countersign@v0
      with:
        command: plan

  apply:
    name: countersign / apply
    if: >-
      github.ref_name == github.event.repository.default_branch &&
      (github.event_name == 'push' || github.event_name == 'schedule' || github.event_name == 'workflow_dispatch')
    runs-on: ubuntu-latest
    environment: ${ENVIRONMENT}          # holds the credential; deploys only from the default branch
    concurrency: {group: countersign, cancel-in-progress: false}
    permissions: {contents: read, pull-requests: write, actions: read, issues: write}
    steps:
    - uses: actions/checkout@v4
      with: {fetch-depth: 0, persist-credentials: false}
    - uses: countersign/countersign@v0
      with:
        command: apply
        # The configuration as it was when you set this up. Later changes count when they were approved as it asks.
        trusted-config: ${digest}
      env:
        ${variable}: \${{ secrets.${variable} }}
`
}
