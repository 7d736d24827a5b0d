import { describe, expect, test } from '@jest/globals'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import {
  applySummary,
  planSummary,
  problemSummary,
} from '../../../../src/output/comment/job-summary.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { NOW, issuedRecord } from '../../../build/issued.ts'
import { commentFacts, example, HEAD, treePlan } from '../../../build/plan-page.ts'
import { ruleOf } from '../../../build/role-rule.ts'
import { inDays } from '../../../build/status-rows.ts'
import { rendered } from '../../../build/rendered.ts'
import { extent } from '../../../build/extent.ts'

const MEBIBYTE = 2 ** 20
const bytes = (text: string): number => new TextEncoder().encode(text).length
const problem: Problem = {
  code: 'SINK_NOT_OWNED',
  at: null,
  message: 'somebody made it',
  hint: null,
}
const ORPHAN: Problem = {
  code: 'CLUSTER_ORPHAN',
  at: null,
  message: 'no record lists it',
  hint: null,
}

describe('the job summary of a plan', () => {
  test('the summary is the comment without its marker, with the number of calls', () => {
    const { plan, facts } = example()
    const { text } = planSummary(plan, facts, { githubCalls: 12 })
    expect(text).toMatch(/^### countersign: refused \(1 ready, 1 needs approval, 1 refused\)\n/)
    expect(text).toContain('\n\n12 calls to GitHub.\n\n<sub>')
  })

  test('the summary has more room than a comment, and is cut between rows beyond that', () => {
    const dnsNames = Array.from({ length: 40 }, (_, index) => `host-${index}.apps.example.com`)
    const requests = Array.from({ length: 600 }, (_, n) =>
      effective({ name: `r${n}`, dnsNames, durationSeconds: 3600 + n }),
    )
    const plan = treePlan({ requests })
    const { text, isWhole } = planSummary(plan, commentFacts(plan), { githubCalls: null })
    expect(isWhole).toBe(false)
    expect(bytes(text)).toBeLessThanOrEqual(MEBIBYTE)
    expect(bytes(text)).toBeGreaterThan(MEBIBYTE / 2)
    expect(text).toContain('cannot be approved as seen here')
    // Rendering a mebibyte takes seconds: a short run skips the rows in the middle.
    const lines = text.split('\n')
    const isMiddle = (at: number): boolean => at > 50 && at < lines.length - 50
    const isWholeText = extent(true, false)
    const looked = lines.filter((line, at) => isWholeText || !line.startsWith('|') || !isMiddle(at))
    const { unbalanced, linked, rows } = rendered(looked.join('\n'))
    expect([unbalanced, linked]).toEqual([[], []])
    expect(rows.filter(row => ![3, 4, 5].includes(row.length))).toEqual([])
  })
})

describe('the job summary of an apply', () => {
  const plan = treePlan({ requests: [effective()] })
  const [step] = plan.steps
  if (step === undefined) throw new Error('no step')
  const outcomes: readonly StepOutcome[] = [
    { kind: 'issued', certificate: 'PEM', step, serial: '01', sha256: 'ab', notAfter: NOW, stored: ['Secret apps/jane-tls'], logsInAs: null, roles: [], warnings: [] },
    { kind: 'failed', step, problems: [problem, problem] },
    { kind: 'waiting', step, problem },
    { kind: 'kept', step },
  ] // prettier-ignore

  test('the summary has a row for each outcome, and the problems below', () => {
    const { text } = applySummary(
      { plan, steps: outcomes, warnings: [ORPHAN] },
      { head: HEAD, githubCalls: 1, failures: [], now: NOW },
    )
    const page = rendered(text)
    expect(page.rows).toEqual([
      ['', 'request', 'on', 'what'],
      ['failed', 'jane', 'prod', 'SINK_NOT_OWNED'],
      ['waiting', 'jane', 'prod', 'SINK_NOT_OWNED'],
      ['issued', 'jane', 'prod', 'until 2026-03-01 12:00Z, SHA-256 ab, Secret apps/jane-tls'],
    ])
    expect(page.text).toMatch(/^countersign: 1 issued, 1 waits, 1 failed\n/)
    expect(page.text).toContain('somebody made it (SINK_NOT_OWNED)')
    expect(page.text).toContain('no record lists it (CLUSTER_ORPHAN)')
    expect(page.text).toContain('1 call to GitHub.')
  })

  test('the summary lists the rules of granted roles, also where a sink failed', () => {
    const roles = [{ clusterRole: 'view', rules: [ruleOf({ verbs: ['get'] })] }]
    const failed = { kind: 'failed', step, problems: [problem], roles } as const
    const { text } = applySummary(
      { plan, steps: [failed], warnings: [] },
      { head: HEAD, githubCalls: 1, failures: [], now: NOW },
    )
    expect(text).toContain('\nRules of the granted roles:\n- `view: get pods (core)`\n')
  })

  test('the summary of a run without steps says that there is nothing to do', () => {
    const [, , , kept] = outcomes
    const steps = kept === undefined ? [] : [kept]
    expect(
      applySummary(
        { plan, steps, warnings: [] },
        { head: HEAD, githubCalls: null, failures: [], now: NOW },
      ).text,
    ).toMatch(/^### countersign: nothing to do, 1 unchanged\n/)
  })

  test('the summary says what to do manually after a withdrawal', () => {
    const withdrawn = { kind: 'withdrawn', step, emptied: [], notAfter: NOW, bindings: null, warnings: [problem] } as const // prettier-ignore
    const { text } = applySummary(
      { plan, steps: [withdrawn], warnings: [] },
      { head: HEAD, githubCalls: null, failures: [], now: NOW },
    )
    expect(rendered(text).text).toContain('somebody made it (SINK_NOT_OWNED)')
  })

  test('the summary lists certificates that need attention or expire within 7 days without renewal, at most 20', () => {
    const kept = (name: string, days: number, code: Problem['code'] | null = null) => {
      const request = effective({ name })
      const warnings = code === null ? [] : [{ ...problem, code }]
      const dates = { until: inDays(days), renewAt: inDays(days - 1) }
      const keep = { kind: 'keep', because: 'UpToDate', current: issuedRecord(request), warnings, ...dates } as const // prettier-ignore
      return { kind: 'kept', step: { ...issueStep(request), ...keep } } as const
    }
    const summary = (steps: readonly StepOutcome[]) =>
      rendered(
        applySummary(
          { plan, steps, warnings: [] },
          { head: HEAD, githubCalls: 1, failures: [], now: NOW },
        ).text,
      )
    const removed = (name: string, days: number) => {
      const place = { name, cluster: 'prod', path: `requests/${name}.yaml`, sinks: [] }
      const facts = { until: inDays(days), current: null, record: null, bindings: null }
      return { kind: 'withdraw', because: 'FileRemoved', ...place, ...facts } as const
    }
    expect(summary([kept('soon', 1), kept('late', 8)]).text).not.toContain('Certificates that')
    const soon = { ...kept('soon', 7), step: removed('soon', 7) }
    const late = { ...kept('late', 8), step: removed('late', 8) }
    const two = summary([kept('blind', 30, 'SINK_UNKNOWN'), kept('renewed', 1), soon, late])
    expect(two.text).toContain('Certificates that need attention, or expire within 7 days')
    expect(two.text).toContain('without renewal: 2')
    expect(two.rows).toEqual([
      ['request', 'on', 'expires', 'next'],
      ['blind', 'prod', '2026-03-31 12:00Z', 'renews by itself'],
      ['soon', 'prod', '2026-03-08 12:00Z', 'deleted by the first apply after it expires'],
    ])
    const many = summary(
      Array.from({ length: 25 }, (_, index) => kept(`r${index}`, 1, 'SINK_UNKNOWN')),
    )
    expect(many.text).toContain('without renewal: 25')
    expect(many.rows).toHaveLength(1 + 20)
  })

  test('the summary has at most 1 MiB', () => {
    const steps = Array.from({ length: 2000 }, (_, index) => {
      const long = { ...problem, message: `in try ${index} ${'somebody made it '.repeat(50)}` }
      return { kind: 'failed', step, problems: [long] } as const
    })
    const { text, isWhole } = applySummary(
      { plan, steps, warnings: [] },
      { head: HEAD, githubCalls: null, failures: [], now: NOW },
    )
    expect(isWhole).toBe(false)
    expect(bytes(text)).toBeLessThanOrEqual(MEBIBYTE)
  })
})

test('the summary of a failed plan lists the problems', () =>
  expect(rendered(problemSummary([problem], { githubCalls: null }).text).text).toBe(
    'countersign: 1 problem\n\nsomebody made it (SINK_NOT_OWNED)\n',
  ))
