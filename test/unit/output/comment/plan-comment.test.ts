import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Plan, Refused, Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import {
  mergedComment,
  PLAN_MARKER,
  planComment,
} from '../../../../src/output/comment/plan-comment.ts'
import { config, effective, place, secretSink, subject } from '../../../build/effective.ts'
import { hostileText } from '../../../build/hostile-text.ts'
import {
  APPROVED,
  commentFacts,
  example,
  LINKS,
  need,
  TIP,
  treePlan,
} from '../../../build/plan-page.ts'
import { rendered } from '../../../build/rendered.ts'
import { ROOT } from '../../layout/source-files.ts'
import { runs } from '../../../build/extent.ts'

const ELEMENTS = new Set(
  'h3 p a pre strong em code table thead tbody tr th td details summary ul li sub'.split(' '),
)

function refused(name: string, message = 'no', hint: string | null = null): Refused {
  const path = `requests/${name}.yaml`
  return {
    path,
    name,
    cluster: 'prod',
    problems: [{ code: 'POLICY_VALUE', at: place(path, 7), message, hint }],
  }
}

const rowsOf = (text: string) => rendered(text).rows.filter(row => row.length === 5)

describe('the comment with a plan', () => {
  test('the comment equals the page in the documentation', () => {
    const { plan, facts } = example()
    expect(`${planComment(plan, facts).text}\n`).toBe(
      readFileSync(join(ROOT, 'test/fixtures/pages/plan-comment.md'), 'utf8'),
    )
  })

  test('the comment begins with its marker and the verdict', () => {
    const { plan, facts } = example()
    const { text, isWhole } = planComment(plan, facts)
    expect(text.split('\n').slice(0, 2)).toEqual([
      PLAN_MARKER,
      '### countersign: refused (1 ready, 1 needs approval, 1 refused)',
    ])
    expect(isWhole).toBe(true)
  })

  const jane = effective()
  const from = (before: EffectiveRequest, after = jane): Plan =>
    treePlan({ requests: [after], before: [before] })
  const verdicts: readonly (readonly [string, Plan, Parameters<typeof commentFacts>[1], string])[] =
    [
      ['nothing changed', from(jane), undefined, 'nothing to do, 1 unchanged'],
      ['there is nothing', treePlan(), undefined, 'no requests, nothing to do'],
      ['all is approved', treePlan({ requests: [jane] }), () => APPROVED, 'ready'],
      ['approvals are unknown', treePlan({ requests: [jane] }), () => undefined, 'needs approval'],
      [
        'a reviewer asks for changes',
        treePlan({ requests: [jane] }),
        () => ({ ...APPROVED, asking: ['owner'] }),
        'waits: `owner` requested changes',
      ],
      [
        'several wait',
        treePlan({ requests: [jane, effective({ name: 'joe' })] }),
        undefined,
        'needs approval of a person with write access (2 need approval)',
      ],
      [
        'the configuration is broken',
        {
          ...treePlan({ requests: [jane] }),
          problems: [{ code: 'FILE_YAML', at: place('policies/a.yaml'), message: 'x', hint: null }],
        },
        () => APPROVED,
        'refused (1 problem outside the requests, 1 needs approval)',
      ],
      [
        'rules change',
        {
          ...treePlan(),
          effects: [{ request: 'prod/a', was: 'allowed', will: 'refused', codes: [], changes: [] }],
        },
        undefined,
        'nothing to approve (1 request is affected)',
      ],
    ]

  test.each(verdicts)(
    'the first line of the comment has the verdict where %s',
    (_, plan, needOf, verdict) => {
      const { text } = planComment(plan, commentFacts(plan, needOf))
      expect(text.split('\n')[1]).toBe(`### countersign: ${verdict}`)
    },
  )

  test('the comment of a pull request in the merge queue says what countersign makes of its group', () => {
    const plan = treePlan({ requests: [jane] })
    const textIn = (isRefused: boolean) => {
      const phase = { kind: 'queued', commit: TIP, isRefused } as const
      return rendered(
        planComment(
          plan,
          commentFacts(plan, () => APPROVED, { phase }),
        ).text,
      ).text
    }
    expect(textIn(false)).toContain('countersign: in the merge queue, ready')
    expect(textIn(false)).toContain('tries it as 7f0a2d4: countersign accepts it (run).')
    expect(textIn(true)).toContain('countersign refuses it (run).')
  })

  test('the comment says that a cluster in pull mode is applied from inside', () => {
    const plan = treePlan({ requests: [jane] })
    const textIn = (isPullMode: boolean) =>
      planComment(plan, commentFacts(plan, undefined, { isPullMode })).text
    expect(textIn(true)).toContain('The clusters are applied from inside')
    expect(textIn(false)).not.toContain('from inside')
  })

  test('the comment of a merged pull request has another first line and the same plan', () => {
    const { plan, facts } = example()
    const before = planComment(plan, facts).text
    const [marker, title, ...rest] = mergedComment(before, TIP, LINKS).split('\n')
    expect([marker, ...rest]).toEqual(before.split('\n').filter((_, line) => line !== 1))
    expect(rendered(title ?? '').text).toBe('countersign: merged as 7f0a2d4, apply follows')
  })

  test('the details of a request with access name each role in each place', () => {
    const access = [{ clusterRole: 'view', namespaces: ['apps', 'web'] }] as const
    const { text } = planComment(
      treePlan({ requests: [effective({ access })] }),
      commentFacts(treePlan({ requests: [effective({ access })] })),
    )
    expect(text).toContain('- may do `view in apps`, `view in web`, by a group of its own')
  })

  const needs: readonly (readonly [string, Parameters<typeof need>[0], string])[] = [
    ['anybody', {}, '1 approval of a person with write access who did not contribute to the file, by policy people'],
    ['users and teams', { users: ['owner'], teams: ['acme/platform'] }, '1 approval of owner or acme/platform, by policy people'],
    ['code owners', { codeOwners: ['@acme/pki', 'owner'] }, '1 approval of a code owner (@acme/pki, owner), by policy people'],
    ['code owners that the file lacks', { codeOwners: [] }, '1 approval of a code owner (the file has none), by policy people'],
    ['more than there are', { required: 2, counted: APPROVED.counted, users: ['owner'] }, '1 more approval of owner, by policy people (has 1 of 2: reviewer)'],
    ['one more than else', { required: 2, more: ['GitHub does not say who pushed it'] }, '2 approvals of a person with write access who did not contribute to the file, by policy people; one more than usual, since GitHub does not say who pushed it'],
    ['an end to a request for changes', { ...APPROVED, asking: ['owner'] }, 'approved by reviewer; owner requested changes'],
    ['nothing more', APPROVED, 'nothing; approved by reviewer'],
  ] // prettier-ignore

  test.each(needs)('the comment names the approvals that are needed: %s', (_, changes, words) => {
    const plan = treePlan({ requests: [jane] })
    const { text } = planComment(
      plan,
      commentFacts(plan, () => need(changes)),
    )
    expect(rowsOf(text)[1]?.[3]).toBe(words)
  })

  const merges: readonly (readonly [string, Plan, string])[] = [
    [
      'a removal',
      treePlan({ before: [jane] }),
      'withdraw on prod: no more renewals; Secret apps/jane-tls deleted by the first apply after the certificate expires; until then it works',
    ],
    [
      'a withdrawal',
      from(jane, { ...jane, withdraw: true }),
      'withdraw on prod: no more renewals; Secret apps/jane-tls deleted at once',
    ],
    [
      'other bytes only',
      from({ ...jane, blob: '2'.repeat(40) }),
      'nothing: the file changed, but the effective request did not',
    ],
    [
      'a server certificate',
      treePlan({
        requests: [effective({ commonName: null, organizations: [], dnsNames: ['a.example'], usages: ['server auth'] })],
      }),
      'issue a server certificate for DNS:a.example on prod, 168h, into Secret apps/jane-tls',
    ],
  ] // prettier-ignore

  test.each(merges)('the comment says what happens on merge: %s', (_, plan, words) => {
    const { text } = planComment(plan, commentFacts(plan))
    expect(rowsOf(text)[1]?.[2]).toBe(words)
  })

  test('the comment warns first that another holder gets the certificate', () => {
    const plan = from(jane, { ...jane, sinks: [secretSink({ namespace: 'elsewhere' })] })
    const { text } = planComment(plan, commentFacts(plan))
    expect(text.split('\n| ')[0]).toContain(
      '**The certificate of `jane` gets another holder**: it goes to `Secret elsewhere/jane-tls` from then on.',
    )
  })

  test.each([
    [1004, 'asked by author, for jane (not the author)'],
    [1001, 'asked by author, for jane (the author)'],
    [null, 'asked by author, for jane ·'],
  ])('the comment names the requester and the subject (%s)', (id, words) => {
    const people = id === null ? [] : [{ login: 'x', id, name: 'jane' }]
    const plan = treePlan({ requests: [jane] })
    const { text } = planComment(plan, commentFacts(plan, undefined, { people }))
    expect(rendered(text).text).toContain(words)
  })

  test('the comment has no author where there is none', () => {
    const plan = treePlan({ requests: [jane] })
    const { text } = planComment(plan, commentFacts(plan, undefined, { author: null }))
    expect(text.split('\n')[2]).toBe(
      'for `jane` · compared with `main` · no cluster is contacted before apply',
    )
  })

  test('the comment shows the effects of changed rules', () => {
    const effects = [
      { request: 'prod/jane', was: 'allowed', will: 'refused', codes: ['POLICY_VALUE'], reason: 'the policy does not allow it', changes: [] },
      { request: 'prod/joe', was: 'allowed', will: 'allowed', codes: [], changes: [{ member: 'O', from: 'a', to: 'b' }] },
    ] as const // prettier-ignore
    const plan = { ...treePlan(), effects }
    expect(rendered(planComment(plan, commentFacts(plan)).text).rows.slice(-3)).toEqual([
      ['request', 'today', 'then', 'why'],
      ['prod/jane', 'allowed', 'refused', 'POLICY_VALUE; the policy does not allow it'],
      ['prod/joe', 'allowed', 'allowed', 'O a → b'],
    ])
  })
})

describe('the comment with a plan of 25 equal requests', () => {
  const names = Array.from({ length: 25 }, (_, index) => `u${index + 1}`)
  const plan = treePlan({
    requests: names.map(name =>
      effective({ name, path: `requests/${name}.yaml`, subject: subject(`CN=${name}`) }),
    ),
    refused: names.map(name => refused(`bad-${name}`)),
  })
  const { text, isWhole } = planComment(plan, commentFacts(plan))
  const page = rendered(text)

  test('the comment has two rows, the refused requests first, with all names', () => {
    const [, first, second] = rowsOf(text)
    expect(first?.slice(0, 2)).toEqual([
      '⛔ refused',
      `requests/NAME.yaml: NAME is each of 25 requests: ${names.map(name => `bad-${name}`).join(', ')}`,
    ])
    expect(second?.[1]).toBe(`requests/NAME.yaml: NAME is each of 25 requests: ${names.join(', ')}`)
    expect(second?.[2]).toContain('certificate for NAME on prod')
    expect(rowsOf(text)).toHaveLength(3)
  })

  test('the comment shows equal problems once, and equal details once with the digests of each request', () => {
    expect(text.match(/\(`POLICY_VALUE`\)/g)).toHaveLength(1)
    expect(text.match(/<details>/g)).toHaveLength(1)
    expect(text).toContain('<summary>25 requests: what <code>prod</code> will sign</summary>')
    for (const step of plan.steps) {
      if (step.kind !== 'issue') continue
      const { request, effective: digest } = step
      expect(text).toContain(
        `\`${request.name}\` (blob \`${request.blob.slice(0, 12)}\`, effective request \`sha256:${digest.slice(0, 12)}\`)`,
      )
    }
    expect(page.text).toContain('an approval covers its blob and its effective request above;')
    expect([page.unbalanced, isWhole]).toEqual([[], true])
  })

  test('a request with another value has details of its own', () => {
    const other = effective({ name: 'other', durationSeconds: 7200 })
    const larger = { ...plan, steps: [...plan.steps, ...treePlan({ requests: [other] }).steps] }
    const page = planComment(larger, commentFacts(larger)).text
    expect(page.match(/<details>/g)).toHaveLength(2)
    expect(page).toContain('<code>other</code>: what <code>prod</code> will sign')
  })

  test('the comment cannot be approved as shown if one of many equal values is too long', () => {
    const [step] = treePlan({ requests: [effective({ signerName: `a/${'x'.repeat(400)}` })] }).steps
    if (step?.kind !== 'issue') throw new Error('nothing to issue')
    const steps = names.map(name => ({ ...step, request: { ...step.request, name } }))
    const long = { ...plan, steps }
    expect(planComment(long, commentFacts(long)).isWhole).toBe(false)
  })
})

test('the comment with a plan of 400 requests is whole', () => {
  const names = Array.from({ length: 400 }, (_, index) => `person-${index + 1}`)
  const plan = treePlan({
    requests: names.map(name =>
      effective({ name, path: `requests/people/${name}.yaml`, subject: subject(`CN=${name}`) }),
    ),
  })
  const { text, isWhole } = planComment(plan, commentFacts(plan))
  expect(isWhole).toBe(true)
  for (const name of names) expect(text).toContain(`\`${name}\` (blob `)
})

test('the comment on a pull request links to its changed files', () => {
  const { plan, facts } = example()
  const links = { ...LINKS, pull: 7 }
  expect(planComment(plan, { ...facts, links }).text).toContain(
    ` · [Files changed](${LINKS.repository}/pull/7/files)\n`,
  )
  expect(planComment(plan, facts).text).not.toContain('Files changed')
})

describe('the comment with hostile names', () => {
  const hostile = fc.record({
    // Git and YAML never give half a surrogate pair.
    names: fc.array(
      hostileText().map(text => Buffer.from(text).toString()),
      { minLength: 7, maxLength: 7 },
    ),
    message: hostileText(),
    hint: hostileText(),
  })

  test('hostile names do not change the structure of the comment', () => {
    fc.assert(
      fc.property(hostile, ({ names, message, hint }) => {
        const [name = '', group = '', cluster = '', path = '', sink = '', login = '', team = ''] =
          names
        const request = effective({
          name,
          path,
          cluster,
          subject: subject(`CN=${name}`, `O=${group}`),
          sinks: [secretSink({ namespace: sink, name: group })],
          usages: ['client auth', 'digital signature'],
        })
        const before = { ...request, path: 'x', subject: subject(`CN=${group}`) }
        const made = treePlan({
          requests: [request],
          before: [before],
          refused: [{ ...refused(group, message, hint), path: team, cluster }],
          config: config({ clusters: config().clusters.map(each => ({ ...each, name: cluster })) }),
        })
        const plan = {
          ...made,
          problems: [{ code: 'FILE_YAML', at: place(path), message: hint, hint: message }],
          effects: [{ request: name, was: 'absent', will: 'refused', codes: [group], changes: [{ member: name, from: group, to: sink }] }],
        } as const // prettier-ignore
        const lost = [{ login, code: 'APPROVAL_SELF', text: message }] as const
        const facts = commentFacts(
          plan,
          () => need({ users: [login], teams: [team], codeOwners: [group], rule: name, lost, more: [hint], asking: [login] }),
          { author: { id: 1, login }, base: team },
        ) // prettier-ignore
        const page = rendered(planComment(plan, facts).text)
        expect(page.tags.filter(tag => !ELEMENTS.has(tag))).toEqual([])
        expect([page.linked, page.unbalanced, page.comments]).toEqual([[], [], [PLAN_MARKER]])
        expect(page.tags.filter(tag => tag === 'details')).toHaveLength(1)
        expect(page.rows.filter(row => ![3, 4, 5].includes(row.length))).toEqual([])
        const told = page.rows.map(row => row[0])
        const states = ['⛔ refused', '⏳ needs approval']
        expect(told.slice(0, 3)).toEqual(['', ...states])
      }),
      { numRuns: runs(100, 20) },
    )
  })

  test('a plan with a name of 10,000 characters cannot be approved as shown', () => {
    const plan = treePlan({ requests: [effective({ commonName: 'x'.repeat(10_000) })] })
    const { text, isWhole } = planComment(plan, commentFacts(plan))
    expect(isWhole).toBe(false)
    expect(text).toContain('cannot be approved as seen here')
    expect(text).toMatch(/x… \d+ more characters/)
  })
})

describe('the comment with a plan of 2,000 requests', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `r${index}`)
  const plan = treePlan({
    requests: names.map((name, at) => effective({ name, durationSeconds: 3600 + at })),
    refused: names.map(name => refused(`bad-${name}`, 'x'.repeat(300), '`'.repeat(50))),
  })
  const { text, isWhole } = planComment(plan, commentFacts(plan))
  const page = rendered(text)

  test('the comment has at most 60,000 characters, and uses most of them', () => {
    expect(text.length).toBeLessThanOrEqual(60_000)
    expect(text.length).toBeGreaterThan(50_000)
  })

  test('the comment says that it cannot be approved as shown', () => {
    expect(isWhole).toBe(false)
    expect(page.text).toContain('This plan of 2000 requests is too long to be shown whole')
    expect(page.text).toMatch(/\n\d+ more rows\n/)
    expect(page.text).toMatch(/\ndetails of \d+ more requests\n/)
  })

  test('the comment is cut between rows, never inside a table or details', () => {
    expect([page.unbalanced, page.linked]).toEqual([[], []])
    expect(page.rows.filter(row => ![3, 4, 5].includes(row.length))).toEqual([])
    const left = Number(/\n(\d+) more rows\n/.exec(page.text)?.[1])
    // The refused ones are one row.
    expect(rowsOf(text).length - 1 + left).toBe(1001)
    const folded = page.tags.filter(tag => tag === 'details').length
    const unfolded = Number(/\ndetails of (\d+) more requests\n/.exec(page.text)?.[1])
    expect(folded + unfolded).toBe(1001)
    expect(text).toMatch(/an approval covers exactly these bytes · countersign [\d.]+<\/sub>$/)
  })
})

test('the comment lists a kept step with other bytes, and not one with the same bytes', () => {
  const jane = effective()
  const same = treePlan({ requests: [jane], before: [jane] })
  const facts = commentFacts(same)
  expect(rowsOf(planComment(same, facts).text)).toEqual([])
  const [step] = same.steps
  const touched: Step[] = step?.kind === 'keep' ? [{ ...step, because: 'OnlyBytesChanged' }] : []
  expect(rowsOf(planComment({ ...same, steps: touched }, facts).text)).toHaveLength(2)
})
