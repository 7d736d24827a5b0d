import { recordedCertificates } from '../../../../src/core/plan/certificate-history.ts'
import { describe, expect, test } from '@jest/globals'
import type { Plan, Step } from '../../../../src/domain/cluster/plan-step.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { plain } from '../../../../src/output/terminal/terminal-colours.ts'
import { unplaced } from '../../../../src/domain/problem.ts'
import { planText, planCountText } from '../../../../src/output/terminal/plan-text.ts'
import { planJson } from '../../../../src/output/json/results-json.ts'
import { issueStep } from '../../../build/approved.ts'
import { withdrawStep } from '../../../build/withdraw-step.ts'
import { config, effective, place, subject } from '../../../build/effective.ts'
import { NOW, requestRecord } from '../../../build/issued.ts'

const CONTEXT = {
  clusters: [{ name: 'prod', version: 'v1.36.3', server: 'https://10.0.0.1:6443' }],
  files: 2,
  now: NOW,
  source: 'working tree',
  paint: plain,
}

function planOf(changes: Partial<Parameters<typeof planSteps>[0]> = {}): Plan {
  return planSteps({
    requests: [effective()],
    refused: [],
    warnings: new Map(),
    config: config(),
    now: NOW,
    records: new Map([['prod', []]]),
    ...changes,
  })
}

const REFUSED = {
  path: 'requests/root.yaml',
  name: 'root',
  cluster: 'prod',
  problems: [
    { code: 'POLICY_VALUE', at: place('requests/root.yaml', 7), message: 'no', hint: null },
  ],
} as const

describe('the text of a plan', () => {
  test('a plan has one line per request below its cluster, with the verdict last', () => {
    const lines = planText(planOf(), CONTEXT).split('\n')
    expect(lines[0]).toBe(
      'prod (v1.36.3 at https://10.0.0.1:6443) · 2 request files · working tree',
    )
    expect(lines[2]).toMatch(
      /^ {2}\+ {2}jane {2}issue {2}client · CN=jane, O=developers · \d+h {2}→ Secret apps\/jane-tls$/,
    )
    expect(lines.at(-1)).toBe('1 to issue')
  })

  test('a refused request has its place, and its problem below', () => {
    const text = planText(planOf({ refused: [REFUSED] }), CONTEXT)
    expect(text).toMatch(/✗ {2}root {2}refused {2}POLICY_VALUE\s+requests\/root.yaml:7:1/)
    expect(text).toContain('requests/root.yaml:7:1  error: POLICY_VALUE  no')
    expect(text.split('\n').at(-1)).toBe('1 to issue, 1 refused')
  })

  test.each(['CLUSTER_UNREACHABLE', 'CONFIG_KUBECONFIG'] as const)(
    'requests of a cluster that did not answer (%s) have one row together',
    code => {
      const problem = { code, at: null, message: 'no', hint: null }
      const silent = ['a', 'b', 'c'].map(name => ({
        ...REFUSED,
        name,
        problems: [problem] as const,
      }))
      const text = planText(planOf({ refused: [...silent, REFUSED] }), CONTEXT)
      expect(text).toMatch(new RegExp(`✗ {2}3 requests {2}refused {2}${code}`))
      expect(text).toMatch(/✗ {2}root +refused {2}POLICY_VALUE/)
      expect(text).not.toMatch(/✗ {2}a /)
      expect(text.match(new RegExp(`${code} {2}no`, 'g'))).toHaveLength(1)
      expect(text.split('\n').at(-1)).toBe('1 to issue, 4 refused')
    },
  )

  test('a sink that only a workflow run writes is a warning of a request to issue, and none of an unchanged one', () => {
    const request = effective()
    const warning = unplaced('SINK_NO_RUNNER', 'no runner', null)
    const plan = planOf({ requests: [request], warnings: new Map([[request, [warning]]]) })
    expect(planText(plan, CONTEXT)).toContain('warning: SINK_NO_RUNNER')
    const steps = plan.steps.map((step): Step =>
      step.kind === 'issue'
        ? { ...step, kind: 'keep', because: 'UpToDate', current: null, until: null, renewAt: null }
        : step,
    )
    expect(planText({ ...plan, steps }, CONTEXT)).not.toContain('SINK_NO_RUNNER')
  })

  test('sinks that only a workflow run writes are one warning for few requests, too', () => {
    const requests = ['a', 'b'].map(name => effective({ name }))
    const warnings = requests.map(request => {
      const warning = unplaced('SINK_NO_RUNNER', `the artifact ${request.name}-tls`, null)
      return [request, [warning]] as const
    })
    const text = planText(planOf({ requests, warnings: new Map(warnings) }), CONTEXT)
    expect(text.match(/SINK_NO_RUNNER/g)).toHaveLength(1)
    expect(text).toContain('NAME is each of 2 requests')
  })

  test('requests with the same problem of their files have rows of their own, with their paths', () => {
    const problem = { code: 'PLAN_NAME_TAKEN', at: null, message: 'no', hint: null } as const
    const two = ['a', 'b'].map(name => ({ ...REFUSED, name, path: `requests/${name}.yaml`, problems: [problem] as const })) // prettier-ignore
    const text = planText(planOf({ requests: [], refused: two }), CONTEXT)
    expect(text).toMatch(/✗ {2}a {2}refused {2}PLAN_NAME_TAKEN {2}requests\/a.yaml\n/)
    expect(text).toMatch(/✗ {2}b {2}refused {2}PLAN_NAME_TAKEN {2}requests\/b.yaml\n/)
  })

  test('25 equal requests have one row, one block of details and one refusal for equal problems', () => {
    const names = Array.from({ length: 25 }, (_, index) => `u${index + 1}`)
    const requests = names.map(name =>
      effective({ name, path: `requests/${name}.yaml`, subject: subject(`CN=${name}`) }),
    )
    const refused = names.map(each => {
      const [name, path] = [`bad-${each}`, `requests/bad-${each}.yaml`]
      return { ...REFUSED, name, path, problems: [{ ...REFUSED.problems[0], at: place(path, 7) }] as const } // prettier-ignore
    })
    const text = planText(planOf({ requests, refused }), { ...CONTEXT, isWhole: true })
    expect(text).toMatch(
      /\+ {2}25 requests {2}issue +client · CN=NAME · \d+h +→ Secret apps\/NAME-tls/,
    )
    expect(text).toMatch(/✗ {2}25 requests {2}refused {2}POLICY_VALUE +requests\/NAME.yaml:7:1/)
    expect(text).toMatch(
      /\n {6}u1, u2, [^]* u25\n[^]*\nNAME is each of 25 requests above:\n {2}NAME on prod: issue/,
    )
    expect(text.match(/error: POLICY_VALUE {2}no/g)).toHaveLength(1)
    expect(text.match(/ u1, u2, /g)).toHaveLength(1)
    expect(text.split('\n').length).toBeLessThan(50)
    expect(text.split('\n').at(-1)).toBe('25 to issue, 25 refused')
  })

  test('the verdict of a plan above its limit says that the limit stops it, and names are listed once', () => {
    const requests = Array.from({ length: 25 }, (_, index) => effective({ name: `u${index + 1}` }))
    const problem = { code: 'PLAN_LIMIT_ISSUE', at: null, message: 'no', hint: null } as const
    const plan = { ...planOf({ requests }), problems: [problem] }
    const text = planText(plan, { ...CONTEXT, isWhole: true })
    expect(text.split('\n').at(-1)).toBe('25 to issue (stopped by the limit)')
    expect(text.match(/ u1, u2, /g)).toHaveLength(1)
    expect(text.indexOf(' u1, u2, ')).toBeLessThan(
      text.indexOf('NAME is each of 25 requests above:'),
    )
  })

  test('few equal refusals of a large plan are one', () => {
    const requests = Array.from({ length: 25 }, (_, index) => effective({ name: `u${index + 1}` }))
    const refused = ['a', 'b'].map(name => {
      const path = `requests/${name}.yaml`
      return { ...REFUSED, name, path, problems: [{ ...REFUSED.problems[0], at: place(path, 7) }] as const } // prettier-ignore
    })
    const [large, small] = [requests, requests.slice(0, 3)].map(each =>
      planText(planOf({ requests: each, refused }), CONTEXT),
    )
    expect(large).toMatch(/NAME is each of 2 requests:\n {4}a, b\nrequests\/NAME.yaml:7:1/)
    expect(small?.match(/error: POLICY_VALUE {2}no/g)).toHaveLength(2)
  })

  test('the requests of a cluster that did not answer are not compared with each other', () => {
    const problem = { code: 'CLUSTER_UNREACHABLE', at: null, message: 'no', hint: null } as const
    const readsOf = (count: number): number => {
      let reads = 0
      const steps = Array.from({ length: count }, (_, index) => ({
        ...({ kind: 'blocked', because: 'Refused', path: 'a', cluster: 'prod' } as const),
        name: `a${index}`,
        get problems() {
          reads++
          return [problem] as const
        },
      }))
      planText({ ...planOf(), steps }, CONTEXT)
      return reads
    }
    expect(readsOf(60) - readsOf(40)).toBe(readsOf(40) - readsOf(20))
  })

  test('a plan that compares with a commit says so first', () => {
    expect(planText({ ...planOf(), basis: 'tree' }, CONTEXT)).toMatch(
      /^compared with the base commit/,
    )
  })

  test('a plan of only kept requests says when the next renewal is due', () => {
    const record = requestRecord()
    const [step] = planOf({ records: new Map([['prod', [record]]]) }).steps
    if (step?.kind !== 'reissue' && step?.kind !== 'keep') throw new Error('nothing was issued')
    const kept: Step = {
      ...step,
      kind: 'keep',
      because: 'UpToDate',
      renewAt: new Date(NOW.getTime() + 3 * 86_400_000),
    }
    const text = planText({ ...planOf(), steps: [kept] }, CONTEXT)
    expect(text).toContain('=  1  keep  next: jane in 3d')
    expect(text).toContain('nothing to issue, renew or withdraw: 1 unchanged')
    // A revoked request is not renewed.
    const warnings = [unplaced('ACCESS_REVOKED', 'revoked', null)]
    const revoked = planText({ ...planOf(), steps: [{ ...kept, warnings }] }, CONTEXT)
    expect(revoked).not.toContain('next:')
  })

  test('a plan shows the effects of changed rules', () => {
    const effects = [
      {
        request: 'prod/jane',
        was: 'allowed',
        will: 'refused',
        codes: ['POLICY_VALUE'],
        changes: [],
      },
    ] as const
    expect(planText({ ...planOf(), effects }, CONTEXT)).toContain(
      '~  prod/jane  allowed → refused (POLICY_VALUE)',
    )
  })

  test('names from files are escaped', () => {
    const evil = effective({ subject: subject('CN=x\u001b[2J\n::error::y') })
    expect(planText(planOf({ requests: [evil] }), CONTEXT)).toContain(
      'CN=x\\u{1b}[2J\\u{a}::error::y',
    )
  })

  test('unreadable Secrets are one problem, with one rule that names each of them', () => {
    const steps = ['jane', 'kim'].map((name): Step => {
      const hint = `- {resources: [secrets], resourceNames: ["${name}-tls"], verbs: [get]}`
      const problem = {
        code: 'SINK_UNKNOWN',
        at: null,
        message: `${name} is unknown`,
        hint,
      } as const
      const inUse = { current: null, until: null, renewAt: null, warnings: [problem] }
      return { ...issueStep(effective({ name })), ...inUse, kind: 'keep', because: 'UpToDate' }
    })
    const text = planText({ ...planOf(), steps }, CONTEXT)
    expect(text.match(/SINK_UNKNOWN/g)).toHaveLength(1)
    expect(text).toContain('NAME is each of 2 requests:\n    jane, kim\n')
    expect(text).toContain('resourceNames: ["jane-tls", "kim-tls"]')
  })

  test('a plan with an unreadable Secret says that it is unknown', () => {
    const problem = { code: 'SINK_UNKNOWN', at: null, message: 'forbidden', hint: null } as const
    const [step] = planOf().steps
    if (step?.kind !== 'issue') throw new Error('not issued')
    const inUse = { current: null, until: null, renewAt: null }
    const kept = { ...step, ...inUse, kind: 'keep', because: 'UpToDate' } as const
    const unseen = { ...kept, warnings: [problem] }
    const verdict = (steps: readonly Step[]): string => planCountText({ ...planOf(), steps }, NOW)
    expect(verdict([kept])).toBe('nothing to issue, renew or withdraw: 1 unchanged')
    expect(verdict([kept, unseen])).toBe(
      '2 unchanged (1 of them unknown: a Secret could not be read)',
    )
  })

  test('the plan of a withdrawal names the bindings that stay, and not those that end with it', () => {
    const grant = 'countersign:acme-certs:00000000000000000001'
    const record = requestRecord()
    const [entry] = recordedCertificates(record)
    const removedWith = (clusterRole: string) => {
      const places = [{ clusterRole, namespace: 'apps' }]
      const issued = { ...record.issued!, granted: { places, roles: {}, namespaces: {} } }
      const known = { ...record, issued, history: [{ ...entry!, grant }] }
      return planOf({ requests: [], records: new Map([['prod', [known]]]) })
    }
    const removed = removedWith('view')
    const bindings = [`RoleBinding apps/${grant}:view`, 'RoleBinding apps/team']
    const steps = removed.steps.map(step =>
      step.kind === 'withdraw' ? { ...step, bindings } : step,
    )
    const text = planText({ ...removed, steps }, CONTEXT)
    expect(text).toMatch(
      /the access of its file ends; it logs in until \S+ \S+ by RoleBinding apps\/team/,
    )
    expect(text).not.toContain(`${grant}:view`)
    const own = removed.steps.map(step =>
      step.kind === 'withdraw' ? { ...step, bindings: bindings.slice(0, 1) } : step,
    )
    expect(planText({ ...removed, steps: own }, CONTEXT)).not.toContain('no binding')
    // A live grant alone stays: what its groups may do goes on.
    const live = planText(removedWith('countersign-acme-certs-grants'), CONTEXT)
    expect(live).toContain('certificate keeps working until')
  })

  test('a removed request is listed until its certificate expires, whatever binds it', () => {
    const record = requestRecord()
    const [entry] = recordedCertificates(record)
    const history = [{ ...entry!, grant: 'countersign:acme-certs:00000000000000000001' }]
    const records = new Map([['prod', [{ ...record, history }]]])
    const removed = planOf({ requests: [], records })
    const textWith = (bindings: readonly string[] | null, known = removed) => {
      const steps = known.steps.map(step =>
        step.kind === 'withdraw' ? { ...step, bindings } : step,
      )
      return planText({ ...known, steps }, { ...CONTEXT, isWhole: true })
    }
    expect(textWith([])).toContain('its file is removed')
    expect(textWith([])).toMatch(/\n1 to withdraw after the certificate expires$/)
    expect(textWith(['RoleBinding apps/team'])).toContain('its file is removed')
    expect(textWith(null)).toContain('its file is removed')
    const plain = planOf({ requests: [], records: new Map([['prod', [record]]]) })
    expect(textWith([], plain)).toContain('its file is removed')
  })

  test('25 withdrawals that differ by their names and grants have one block of details', () => {
    const steps = Array.from({ length: 25 }, (_, index) => {
      const grant = `countersign:acme-certs:${'abcdefghijklmnopqrstuvwxyz'[index]?.repeat(20)}`
      const bindings = [`RoleBinding apps/${grant}:view (ClusterRole view)`]
      return withdrawStep({ name: `u${index}`, path: `requests/u${index}.yaml`, bindings })
    })
    const text = planText({ ...planOf(), steps }, { ...CONTEXT, isWhole: true })
    expect(text.match(/bound by .*/g)).toEqual([
      'bound by    RoleBinding apps/countersign:acme-certs:…:view (ClusterRole view)',
    ])
  })

  test('a removed file is withdrawn after its certificate expires, and the plan says so', () => {
    const records = new Map([['prod', [requestRecord()]]])
    const removed = planOf({ requests: [], records })
    const text = planText(removed, CONTEXT)
    expect(text).toContain('its file is removed; certificate keeps working until')
    expect(text).toContain('; the first apply after that deletes the sinks')
    expect(text.split('\n').at(-1)).toBe('1 to withdraw after the certificate expires')
    const unread = removed.steps.map(step =>
      step.kind === 'withdraw' ? { ...step, until: null } : step,
    )
    expect(planText({ ...removed, steps: unread }, CONTEXT)).toContain(
      '; the first apply after its certificate expires deletes the sinks',
    )
    const afterwards = new Date(NOW.getTime() + 400 * 86_400_000)
    expect(planCountText(removed, afterwards)).toBe('1 to withdraw')
  })

  test('a plan never says that there is nothing to do: apply also denies orphans', () => {
    expect(planCountText(planOf({ requests: [] }), NOW)).toBe('nothing to issue, renew or withdraw')
  })
})

describe('the JSON of a plan', () => {
  test('the JSON has every step with its reason, request and prediction', () => {
    expect(planJson(planOf({ refused: [REFUSED] }))).toMatchObject({
      version: 'countersign.dev/report/v1',
      basis: 'cluster',
      steps: [
        {
          kind: 'issue',
          name: 'jane',
          cluster: 'prod',
          request: { subject: expect.stringContaining('CN=jane') },
          predicted: { kind: 'predicted' },
        },
        {
          kind: 'blocked',
          name: 'root',
          problems: [{ code: 'POLICY_VALUE', at: { file: 'requests/root.yaml', line: 7 } }],
        },
      ],
    })
  })
})
