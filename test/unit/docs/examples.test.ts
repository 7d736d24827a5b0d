// Which test runs or checks each example. A new file below examples/ or in the chart needs a row here.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'
import { workflowText } from '../../../src/setup/repository/workflow-file.ts'
import { ROOT, textOf } from '../../build/documents.ts'

const PULL_MODE = 'test/flow/pull-mode.test.ts'
const WORKFLOWS = 'test/unit/docs/workflows.test.ts'
const ALERTS = 'test/unit/docs/alerts.test.ts'
const CHART = 'test/flow/chart.test.ts'
const RENDERED = 'the chart renders the printed manifests unchanged'

/** The example, a test of it, and the title of that test. */
const TESTED: readonly (readonly [example: string, test: string, title: string])[] = [
  [
    'examples/authentication/structured.yaml',
    'test/conformance/login/control-plane.test.ts',
    'the API server accepts the OIDC token of the job',
  ],
  ['examples/dependabot.yml', WORKFLOWS, 'updates in %s wait a week'],
  [
    'examples/in-cluster/README.md',
    'test/unit/docs/documents.test.ts',
    'the command in %s has known flags',
  ],
  [
    'examples/in-cluster/countersign.yaml',
    PULL_MODE,
    'pull mode issues an approved request into its Secret',
  ],
  ['examples/in-cluster/cronjob.yaml', PULL_MODE, 'the CronJob runs apply and forbids concurrent'],
  ['examples/in-cluster/identity.yaml', PULL_MODE, 'the rights of the example equal the output'],
  [
    'examples/in-cluster/policies/people.yaml',
    PULL_MODE,
    'pull mode refuses an unapproved merge with APPROVAL_MISSING',
  ],
  [
    'examples/in-cluster/requests/people/jane.yaml',
    PULL_MODE,
    'pull mode issues an approved request into its Secret',
  ],
  ['examples/prometheus/alerts.test.yaml', ALERTS, 'promtool finds the alerts'],
  ['examples/prometheus/alerts.yaml', ALERTS, 'the alert %s asks for metrics'],
  ['examples/renovate.json', WORKFLOWS, 'updates by examples/renovate.json wait a week'],
  ['examples/workflows/attest.yml', WORKFLOWS, 'the example attest.yml signs with digests'],
  ['examples/workflows/countersign.yml', WORKFLOWS, 'init writes the example workflow'],
  [
    'examples/workflows/pull-mode.yml',
    WORKFLOWS,
    'bootstrap --pull writes the example workflow of pull mode',
  ],
  [
    'examples/workflows/three-clusters.yml',
    'test/unit/docs/examples.test.ts',
    'the example three-clusters.yml equals the workflow of bootstrap',
  ],
  [
    'examples/workflows/try-github.yml',
    'test/conformance/github/try-github.test.ts',
    'the double answers as every line expects',
  ],
  ['charts/countersign/Chart.yaml', CHART, 'helm lint finds nothing in the chart'],
  ['charts/countersign/.helmignore', CHART, 'helm lint finds nothing in the chart'],
  ['charts/countersign/values.yaml', CHART, RENDERED],
  ['charts/countersign/values.schema.json', CHART, 'the chart refuses %s'],
  ['charts/countersign/templates/_workload.tpl', CHART, RENDERED],
  ['charts/countersign/templates/approver.yaml', CHART, 'without signers to approve there is one'],
  ['charts/countersign/templates/controller.yaml', CHART, RENDERED],
  ['charts/countersign/templates/manifests.yaml', CHART, RENDERED],
]

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(ROOT.length))
}

test('every example and every file of the chart has a test', () => {
  const files = ['examples', 'charts'].flatMap(filesBelow)
  expect(TESTED.map(([example]) => example).toSorted()).toEqual(files.toSorted())
})

test.each(TESTED)('the test of %s exists: %s, %s', (_, path, title) => {
  expect(textOf(path)).toContain(`'${title}`)
})

describe('manifests of the examples', () => {
  const manifests = filesBelow('examples').filter(
    path => /\.ya?ml$/.test(path) && !/workflows|dependabot|prometheus/.test(path),
  )

  test.each(manifests)('each document in %s has apiVersion and kind', path => {
    for (const document of parseAllDocuments(textOf(path)))
      expect(document.toJS()).toMatchObject({
        apiVersion: expect.any(String),
        kind: expect.any(String),
      })
  })
})

test('the example three-clusters.yml equals the workflow of bootstrap without its page', () => {
  const written: Workflow = parse(
    workflowText({
      defaultBranch: 'main',
      environment: 'countersign',
      variables: ['KUBECONFIG_EUROPE', 'KUBECONFIG_AMERICA'],
      usesOidc: true,
      digest: `sha256:${'0'.repeat(64)}`,
    }),
  )
  const [step] = written.jobs.apply.steps
  const { page: _page, ...inputs } = step?.with ?? {}
  const { id: _id, ...others } = step ?? {}
  const apply = { ...written.jobs.apply, steps: [{ ...others, with: inputs }] }
  expect(parse(textOf('examples/workflows/three-clusters.yml'))).toEqual({
    ...written,
    jobs: { ...written.jobs, apply },
  })
})

interface Workflow {
  readonly jobs: {
    readonly apply: {
      readonly steps: readonly {
        readonly id?: string
        readonly with?: Readonly<Record<string, string>>
      }[]
    }
  }
}
