// Workflows of this repository and of the examples: pinned, with few rights, and equal to what init writes.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { VERSION } from '../../../src/domain/version.ts'
import { INPUTS } from '../../../src/entry/action/job-context.ts'
import { PREDICATE_TYPE } from '../../../src/lib/schema/evidence-schema.ts'
import { planWorkflowText, workflowText } from '../../../src/setup/repository/workflow-file.ts'
import { ROOT, textOf } from '../../build/documents.ts'
import { cacheFolder } from '../../control-plane/binaries.mjs'

interface Job {
  readonly permissions?: object
  readonly 'timeout-minutes': number
  readonly steps: readonly {
    readonly run?: string
    readonly uses?: string
    readonly with?: object
    readonly if?: string
  }[]
}

const OWN = workflowsIn('.github/workflows')
/** It asks GitHub, and uses neither countersign nor another action. */
const TRY = 'examples/workflows/try-github.yml'
const EXAMPLES = workflowsIn('examples/workflows').filter(path => path !== TRY)
const ZEROS = `sha256:${'0'.repeat(64)}`
const SETUP = {
  defaultBranch: 'main',
  environment: 'countersign',
  variables: ['KUBECONFIG_PROD'],
  usesOidc: false,
  digest: ZEROS,
}

function workflowsIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder)).map(name => `${folder}/${name}`)
}

describe.each([...OWN, ...EXAMPLES, TRY])('%s', path => {
  const workflow = parse(textOf(path))
  const jobs = Object.values<Job>(workflow.jobs)
  const lines = textOf(path)
    .split('\n')
    .filter(line => /^\s*- uses:/.test(line))

  // This repository does not know the commit of its next release.
  test(`the workflow ${path} pins every action to a commit with its version, and countersign to its release`, () => {
    expect(lines.length > 0).toBe(path !== TRY)
    const pinned =
      /uses: ([\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|countersign\/countersign@v[\d.]+)$/
    for (const line of lines) expect(line).toMatch(pinned)
  })

  test(`the workflow ${path} gives rights only to each job by name`, () => {
    expect(workflow.permissions).toEqual({})
    for (const { permissions, 'timeout-minutes': minutes } of jobs) {
      expect(Object.keys(permissions ?? {}).length).toBeGreaterThan(0)
      expect(minutes).toBeLessThanOrEqual(60)
    }
  })

  test(`the workflow ${path} has no trigger that gives rights to others`, () => {
    const events = Object.keys(workflow.on)
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment'])
      expect(events).not.toContain(event)
  })

  test(`the workflow ${path} puts no text of an event into a shell`, () => {
    const shells = jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
    for (const shell of shells) expect(shell).not.toContain('${{')
  })

  test(`the workflow ${path} never cancels a run on the default branch`, () => {
    const { 'cancel-in-progress': ends } = workflow.concurrency
    expect([false, "${{ github.event_name == 'pull_request' }}"]).toContain(ends)
  })
})

// The ref of an event of a merged pull request is its base branch.
test.each(['README.md', ...EXAMPLES].filter(path => /^ {2}apply:$/m.test(textOf(path))))(
  '%s applies for no event of a pull request, merged or not',
  path => {
    const [, condition] = /^ {2}apply:\n(?: {4}name: .*\n)? {4}if: (.*)$/m.exec(textOf(path)) ?? []
    expect(condition).toBe(
      "github.ref == 'refs/heads/main' && !startsWith(github.event_name, 'pull_request')",
    )
  },
)

describe.each(EXAMPLES)('%s', path => {
  const { jobs, on } = parse(textOf(path))

  test(`the example ${path} has countersign in each job, apart from attest, and at most uploads its page after it`, () => {
    const { attest, ...own } = jobs
    expect((attest?.steps ?? []).map(({ uses }: { uses: string }) => uses.split('@')[0])).toEqual(
      attest === undefined ? [] : ['actions/attest'],
    )
    for (const { steps } of Object.values<Job>(own)) {
      const others = steps.slice(1).map(({ uses, if: when }) => [uses?.split('@')[0], when])
      const upload = "always() && steps.countersign.outputs.page-path != ''"
      if (others.length > 0) expect(others).toEqual([['actions/upload-artifact', upload]])
      expect(steps[0]?.uses).toBe(`countersign/countersign@v${VERSION}`)
      for (const input of Object.keys(steps[0]?.with ?? {})) expect(INPUTS).toContain(input)
    }
  })

  test(`the example ${path} gives the plan no secret and no cluster`, () => {
    expect(JSON.stringify(jobs.plan)).not.toContain('secrets.')
    expect(jobs.plan.environment).toBeUndefined()
    expect(jobs.plan.permissions['id-token']).toBeUndefined()
  })

  test(`the example ${path} applies in the environment, on the default branch only, at an odd minute`, () => {
    if (jobs.apply === undefined) return expect(Object.keys(on)).not.toContain('schedule')
    expect(jobs.apply.environment).toBe('countersign')
    expect(jobs.apply.if).toContain("github.ref == 'refs/heads/main'")
    expect(on.push).toEqual({ branches: ['main'] })
    const [minute, hour, ...days] = on.schedule[0].cron.split(' ')
    expect(Number(minute) % 5).not.toBe(0)
    expect(Number(hour)).toBeGreaterThan(0)
    expect(days).toEqual(['*', '*', '*'])
  })
})

test('the example attest.yml signs with digests of the action in a job without a secret and environment', () => {
  const { jobs } = parse(textOf('examples/workflows/attest.yml'))
  const { attest, apply } = jobs
  expect(parse(textOf('action.yml')).outputs).toHaveProperty('attestations')
  expect(apply.outputs).toEqual({
    attestations: '${{ steps.countersign.outputs.attestations }}',
  })
  expect(attest.permissions).toEqual({ 'id-token': 'write', attestations: 'write' })
  expect(attest.steps[0].with).toMatchObject({
    'predicate-type': PREDICATE_TYPE,
    'subject-digest': '${{ matrix.digest }}',
  })
  expect([attest.environment, JSON.stringify(attest).includes('secrets.')]).toEqual([
    undefined,
    false,
  ])
})

test('the workflow that tries GitHub is started by hand, reads only, and has no secret', () => {
  const { jobs, on } = parse(textOf(TRY))
  expect(on).toEqual({ workflow_dispatch: null })
  for (const { permissions = {} } of Object.values<Job>(jobs))
    expect(new Set(Object.values(permissions))).toEqual(new Set(['read']))
  expect(textOf(TRY)).not.toContain('secrets.')
  expect(textOf(TRY).split('\n').length).toBeLessThan(120)
})

describe('the workflow of init', () => {
  test('init writes the example workflow', () => {
    expect(workflowText(SETUP)).toBe(textOf('examples/workflows/countersign.yml'))
  })

  test('bootstrap --pull writes the example workflow of pull mode', () => {
    expect(planWorkflowText()).toBe(textOf('examples/workflows/pull-mode.yml'))
  })

  test('a workflow without kubeconfigs has the right to an OIDC token and no secret', () => {
    const { jobs } = parse(workflowText({ ...SETUP, variables: [], usesOidc: true }))
    expect(jobs.apply.permissions['id-token']).toBe('write')
    expect(jobs.apply.steps[0]).not.toHaveProperty('env')
  })

  test('init of a release writes the example workflow with the commit of the release', () => {
    const commit = '0123456789abcdef0123456789abcdef01234567'
    const example = textOf('examples/workflows/countersign.yml')
    expect(workflowText(SETUP, commit)).toBe(
      example.replaceAll(`@v${VERSION}`, `@${commit} # v${VERSION}`),
    )
  })

  test.each([
    ['release/2026', "github.ref == 'refs/heads/release/2026'"],
    ["it's", "github.ref == 'refs/heads/it''s'"],
  ])(
    'init writes a workflow for the branch %s (%s) with the secret of the cluster',
    (branch, condition) => {
      const variables = ['KUBECONFIG_EU_WEST']
      const text = workflowText({ ...SETUP, defaultBranch: branch, variables })
      const { jobs, on } = parse(text)
      expect(on.push).toEqual({ branches: [branch] })
      expect(jobs.apply.if).toContain(condition)
      expect(jobs.apply.steps[0].env).toEqual({
        KUBECONFIG_EU_WEST: '${{ secrets.KUBECONFIG_EU_WEST }}',
      })
    },
  )
})

test.each(['.github/dependabot.yml', 'examples/dependabot.yml'])(
  'updates in %s wait a week',
  path => {
    const { version, updates } = parse(textOf(path))
    expect(version).toBe(2)
    for (const { cooldown } of updates) expect(cooldown['default-days']).toBeGreaterThanOrEqual(7)
  },
)

test('updates by examples/renovate.json wait a week and pin commits', () => {
  const { extends: presets, minimumReleaseAge } = JSON.parse(textOf('examples/renovate.json'))
  expect(minimumReleaseAge).toBe('7 days')
  expect(presets).toContain('helpers:pinGitHubActionDigests')
})

// scripts/workflows.mjs installs it; .ci/run does that first.
const actionlint = join(cacheFolder(), 'workflow-tools/actionlint-1.7.12/actionlint')

const testWithActionlint = existsSync(actionlint) ? test : test.skip
testWithActionlint('actionlint finds no fault in the workflows and in that of init', () => {
  const options = { cwd: ROOT, encoding: 'utf8' } as const
  expect(execFileSync(actionlint, [...OWN, ...EXAMPLES, TRY], options)).toBe('')
  const input = workflowText({ ...SETUP, defaultBranch: 'trunk' })
  expect(execFileSync(actionlint, ['-'], { ...options, input })).toBe('')
})
