import { describe, expect, test } from '@jest/globals'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { Plan, Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import { applyJson, planJson, problemJson } from '../../../../src/output/json/results-json.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective, place, secretSink } from '../../../build/effective.ts'
import { NOW } from '../../../build/issued.ts'
import type { ShownProblem, ShownRun } from '../../../build/shown-json.ts'

const PROBLEM: Problem = {
  code: 'FILE_YAML',
  at: { ...place('requests/a.yaml', 3), excerpt: 'secret line' },
  message: 'it is not YAML',
  hint: null,
}

function plan(steps: readonly Step[]): Plan {
  return { basis: 'cluster', steps, problems: [PROBLEM], effects: [] }
}

/** The JSON as a program reads it. */
const read = (value: unknown): ShownRun & ShownProblem => JSON.parse(JSON.stringify(value))

test('a problem in JSON has code, place, message and hint, and not the line of the file', () => {
  expect(read(problemJson(PROBLEM))).toEqual({
    code: 'FILE_YAML',
    at: { file: 'requests/a.yaml', line: 3, column: 1 },
    message: 'it is not YAML',
    hint: null,
  })
  expect(read(problemJson({ ...PROBLEM, at: null })).at).toBeNull()
})

describe('a plan in JSON', () => {
  test('a plan has its version and every fact of a step', () => {
    const step = issueStep(effective({ dnsNames: ['jane.example.com'] }))
    const told = read(planJson(plan([step])))
    expect(told).toMatchObject({
      version: 'countersign.dev/report/v1',
      basis: 'cluster',
      problems: [{ code: 'FILE_YAML' }],
    })
    expect(told.steps).toHaveLength(1)
    expect(told.steps[0]).toMatchObject({
      kind: 'issue',
      name: 'jane',
      cluster: 'prod',
      because: 'NoCertificateYet',
      effective: step.effective,
      request: {
        path: 'requests/jane.yaml',
        blob: '1'.repeat(40),
        format: 'countersign',
        uncommitted: null,
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['digital signature', 'client auth'],
        durationSeconds: 604_800,
        subjectAltNames: ['DNS:jane.example.com'],
        privateKey: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' },
        sinks: ['Secret apps/jane-tls'],
      },
      predicted: {
        kind: 'predicted',
        logsInAs: { username: 'jane', groups: expect.arrayContaining(['developers']) },
      },
      warnings: [],
    })
  })

  test('a plan has the withdrawn and the refused requests', () => {
    const sinks = [secretSink()]
    const inUse = { current: null, record: null, bindings: null, until: NOW, sinks }
    const withdraw = {
      kind: 'withdraw',
      because: 'FileRemoved',
      name: 'a',
      cluster: 'prod',
      path: 'requests/a.yaml',
    } as const
    const blocked = { kind: 'blocked', because: 'Refused', name: 'b', cluster: null } as const
    const told = read(
      planJson(
        plan([
          { ...withdraw, ...inUse },
          { ...blocked, path: 'requests/b.yaml', problems: [PROBLEM] },
        ]),
      ),
    )
    expect(told.steps).toEqual([
      { ...withdraw, until: NOW.toISOString(), sinks: ['Secret apps/jane-tls'], bindings: null },
      { ...blocked, path: 'requests/b.yaml', problems: [read(problemJson(PROBLEM))] },
    ])
  })
})

const RULE = {
  verbs: ['get'],
  apiGroups: [''],
  resources: ['pods'],
  resourceNames: [],
  nonResourceURLs: [],
}

test('a step names the roles that may not change, if there are any', () => {
  const { steps } = read(planJson(plan([issueStep(), { ...issueStep(), fixedRoles: ['view'] }])))
  expect(steps.map(step => 'fixedRoles' in step && step.fixedRoles)).toEqual([false, ['view']])
})

describe('an apply in JSON', () => {
  const step = issueStep()
  const outcomes: readonly StepOutcome[] = [
    {
      kind: 'issued',
      step,
      serial: '0a',
      sha256: 'ab',
      notAfter: NOW,
      certificate: 'PEM',
      stored: ['Secret apps/jane-tls'],
      logsInAs: { username: 'jane', groups: [] },
      roles: [{ clusterRole: 'view', rules: [RULE] }],
      warnings: [PROBLEM],
    },
    { kind: 'kept', step },
    { kind: 'waiting', step, problem: PROBLEM },
    { kind: 'failed', step, problems: [PROBLEM] },
    {
      kind: 'withdrawn',
      step,
      emptied: ['Secret apps/jane-tls'],
      notAfter: NOW,
      bindings: null,
      warnings: [],
    },
  ]

  test('an apply has the plan, and one outcome per step with its problems', () => {
    const told = read(applyJson({ plan: plan([step]), steps: outcomes, warnings: [PROBLEM] }))
    const head = { name: 'jane', cluster: 'prod' }
    const problem = read(problemJson(PROBLEM))
    expect(told.version).toBe('countersign.dev/report/v1')
    expect(told.plan.steps).toHaveLength(1)
    expect(told.warnings).toEqual([problem])
    expect(told.outcomes).toEqual([
      {
        ...head,
        kind: 'issued',
        certificate: 'PEM',
        serial: '0a',
        sha256: 'ab',
        notAfter: NOW.toISOString(),
        stored: ['Secret apps/jane-tls'],
        logsInAs: { username: 'jane', groups: [] },
        roles: [{ clusterRole: 'view', rules: [RULE] }],
        warnings: [problem],
      },
      { ...head, kind: 'kept' },
      { ...head, kind: 'waiting', problem },
      { ...head, kind: 'failed', problems: [problem] },
      {
        ...head,
        kind: 'withdrawn',
        emptied: ['Secret apps/jane-tls'],
        notAfter: NOW.toISOString(),
        bindings: null,
        warnings: [],
      },
    ])
  })

  test('an apply contains neither the bytes of the request nor the record', () => {
    const text = JSON.stringify(
      applyJson({ plan: plan([step]), steps: outcomes, warnings: [PROBLEM] }),
    )
    expect(text).not.toMatch(/secret line|"record"|"places"|PRIVATE KEY/)
  })
})
