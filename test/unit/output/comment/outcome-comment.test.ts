import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { IssueStep, Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { issuedComment, ISSUED_MARKER } from '../../../../src/output/comment/outcome-comment.ts'
import type { IssuedFacts } from '../../../../src/output/comment/outcome-comment.ts'
import { evidence as reviewed } from '../../../build/evidence.ts'
import { config, effective } from '../../../build/effective.ts'
import { hostileText } from '../../../build/hostile-text.ts'
import { authority, issuedRecord, NOW, pemOf } from '../../../build/issued.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { HEAD, LINKS, NO_ROWS, treePlan } from '../../../build/plan-page.ts'
import { ruleOf } from '../../../build/role-rule.ts'
import { rendered } from '../../../build/rendered.ts'
import { valueOf } from '../../../build/request.ts'
import { withdrawStep } from '../../../build/withdraw-step.ts'
import { runs } from '../../../build/extent.ts'

const stepOf = (request: EffectiveRequest): IssueStep => {
  const clusters = config().clusters.map(each => ({ ...each, name: request.cluster }))
  const [step] = treePlan({ requests: [request], config: config({ clusters }) }).steps
  if (step?.kind !== 'issue') throw new Error('nothing to issue')
  return step
}
const JANE = stepOf(effective())
const OWN_KEY = { kind: 'own', pkcs10: valueOf(readPkcs10(opensslRequest().der)) } as const
const OWN = stepOf(effective({ key: OWN_KEY }))
const SHA256 = 'ab'.repeat(32)
const problem: Problem = {
  code: 'CLUSTER_UNSIGNED',
  at: null,
  message: 'no signer came',
  hint: 'start it',
}

const issued = (step: Step = JANE, changes: Partial<StepOutcome & { kind: 'issued' }> = {}): StepOutcome => ({
  kind: 'issued', certificate: 'PEM', step, serial: '8070aa', sha256: SHA256, notAfter: NOW,
  stored: ['Secret apps/jane-tls'], logsInAs: null, roles: [], warnings: [], ...changes,
}) // prettier-ignore

const facts = (changes: Partial<IssuedFacts> = {}): IssuedFacts => ({
  pullRequest: 7, commit: HEAD, visibility: 'private', hasCertificates: true, proofs: new Map(), certificates: new Map(), ...NO_ROWS, ...changes,
}) // prettier-ignore

const proofBy = (login: string, rule = 'policy people'): IssuedFacts['proofs'] => {
  const [approval] = reviewed().approvals.map(one => ({ ...one, reviewer: { id: 1, login } }))
  if (approval === undefined) throw new Error('no approval')
  const evidence = reviewed({ approvals: [approval], rule: { name: rule, required: 1 } })
  return new Map([[JANE, { kind: 'review', evidence, at: NOW, digest: 'cd'.repeat(32) }]])
}

const OUTCOME_TAGS = new Set(
  'h3 p a strong code pre ul li sub table thead tbody tr th td'.split(' '),
)

const linesOf = (outcomes: readonly StepOutcome[], its = facts()): readonly string[] =>
  rendered(issuedComment(outcomes, its).text.replaceAll(/^\|.*$/gm, ''))
    .text.split('\n')
    .filter(line => line !== '')

describe('the comment after an apply', () => {
  test('the comment says what was issued, where it is stored, and who approved it', () =>
    expect(linesOf([issued()], facts({ proofs: proofBy('reviewer') }))).toEqual([
      'countersign: 1 issued',
      'jane on prod: serial, digest and proof',
      `jane on prod issued: serial 80:70:aa, SHA-256 ${SHA256}, until 2026-03-01 12:00Z, in Secret apps/jane-tls. Approved by reviewer (review 123), by the rule policy people; proof sha256:${'cd'.repeat(32)}.`,
      'applied from commit 9ab31c0 · run · countersign 0.1.0',
    ]))

  test('the comment says that a withdrawn certificate ended if its end is past', () => {
    const over = { notAfter: NOW, hasEnded: true, bindings: [], warnings: [] }
    const outcome: StepOutcome = { kind: 'withdrawn', step: withdrawStep(), emptied: [], ...over }
    const text = issuedComment([outcome], facts()).text
    expect(text).toContain('no more renewals; the certificate ended at 2026-03-01 12:00Z.')
    expect(text).not.toContain('works until')
  })

  test('the same problem of many requests is in the comment once, with all names and with its commands whole', () => {
    const names = Array.from({ length: 60 }, (_, index) => `team-${index}`)
    const hint = 'as an administrator:\nkubectl create namespace apps\nkubectl get ns'
    const outcomes = names.map((name): StepOutcome => {
      const step = { ...JANE, request: effective({ name }) }
      return { kind: 'refused', step, problems: [{ ...problem, hint }] }
    })
    const { text } = issuedComment(outcomes, facts())
    expect(text.match(/no signer came/g)).toHaveLength(1)
    const [, listed = ''] = text.split('`NAME` is each of 60 requests: ')
    for (const name of names) expect(listed).toContain(`\`${name}\``)
    expect(text).toContain('**`NAME`** on `prod` was not issued:')
    expect(text).toContain('<pre>kubectl create namespace apps&#10;kubectl get ns</pre>')
  })

  test.each([
    ['renew', 'renewed'],
    ['reissue', 'reissued'],
  ] as const)('the comment on a step to %s says %s, and not issued', (kind, word) => {
    const inUse = { current: issuedRecord(JANE.request), until: NOW }
    const step: Step =
      kind === 'renew'
        ? { ...JANE, ...inUse, kind, because: 'RenewalDue' }
        : { ...JANE, ...inUse, kind, because: 'MeaningChanged', changes: [] }
    const [verdict, , line] = linesOf([issued(step)])
    expect(verdict).toBe(`countersign: 1 ${word}`)
    expect(line).toMatch(new RegExp(`^jane on prod ${word}: serial`))
  })

  test('the table of the comment begins with what is not done', () => {
    const failed: StepOutcome = { kind: 'failed', step: JANE, problems: [problem] }
    const { rows } = rendered(issuedComment([issued(), failed], facts()).text)
    expect(rows.slice(1).map(([state]) => state)).toEqual(['❌ failed', '✅ issued'])
  })

  const rest: readonly (readonly [StepOutcome, readonly string[]])[] = [
    [{ kind: 'waiting', step: JANE, problem }, ['countersign: 1 waits', 'jane on prod waits; the next run continues it:', 'no signer came. Start it (CLUSTER_UNSIGNED)']],
    [{ kind: 'refused', step: JANE, problems: [problem] }, ['countersign: 1 refused', 'jane on prod was not issued:', 'no signer came. Start it (CLUSTER_UNSIGNED)']],
    [{ kind: 'refused', step: withdrawStep(), problems: [problem] }, ['countersign: 1 refused', 'jane on prod was not withdrawn:', 'no signer came. Start it (CLUSTER_UNSIGNED)']],
    [{ kind: 'failed', step: JANE, problems: [problem] }, ['countersign: 1 failed', 'jane on prod failed; it is tried again after at most 1 h, doubled with each failure up to 32 h, and no new approval is needed:', 'no signer came. Start it (CLUSTER_UNSIGNED)']],
    [{ kind: 'withdrawn', step: JANE, emptied: ['Secret a/b'], notAfter: NOW, bindings: ['ClusterRoleBinding dev (ClusterRole view)'], warnings: [] }, ['countersign: 1 withdrawn', 'jane on prod withdrawn: deleted Secret a/b; Kubernetes cannot revoke, so the certificate works until 2026-03-01 12:00Z (by ClusterRoleBinding dev (ClusterRole view)).']],
    [{ kind: 'kept', step: JANE }, ['countersign: 1 issued']],
  ] // prettier-ignore

  test.each(rest)('the comment says what happened to a request (case %#)', (outcome, lines) =>
    expect(linesOf([outcome]).slice(0, -1)).toEqual(lines),
  )

  describe("a certificate for the requester's own key", () => {
    const pem = pemOf(authority().issue())
    const own = (changes: Partial<IssuedFacts> = {}, step: Step = OWN) =>
      issuedComment([issued(step)], facts({ certificates: new Map([[step, pem]]), ...changes }))
        .text

    test('the comment in a private repository has the certificate and the command to join it', () => {
      const text = own()
      expect(text).toContain(`\`\`\`\n${pem.trimEnd()}\n\`\`\``)
      expect(text).toContain('```\ncountersign kubeconfig jane --pr 7 --merge\n```')
      expect(rendered(text).tags.filter(tag => tag === 'pre')).toHaveLength(2)
    })

    test('the comment has a command with the cluster for each of several clusters', () => {
      const lab = stepOf(effective({ key: OWN_KEY, cluster: 'lab' }))
      const outcomes = [issued(OWN), issued(lab)]
      const certificates = new Map([OWN, lab].map(step => [step, pem]))
      const { text } = issuedComment(outcomes, facts({ certificates }))
      expect(text.match(/--pr 7.*/g)).toEqual([
        '--pr 7 --cluster prod --merge',
        '--pr 7 --cluster lab --merge',
      ])
      expect(text).toContain('<code>jane</code> on <code>lab</code>: the certificate')
    })

    const revoked = { ...problem, code: 'ACCESS_REVOKED' } as const
    test.each<StepOutcome>([
      { kind: 'kept', step: OWN, revoked },
      { kind: 'refused', step: OWN, problems: [revoked] },
    ])('a certificate with revoked access has no command to join it (case %#)', outcome => {
      const { text } = issuedComment([outcome], facts({ certificates: new Map([[OWN, pem]]) }))
      expect(text).toContain('CERTIFICATE')
      expect(text).not.toContain('countersign kubeconfig')
    })

    test('a comment without certificates has none', () =>
      expect(own({ hasCertificates: false })).not.toContain('CERTIFICATE'))

    test('the comment has no command for a certificate that is not for login', () => {
      const server = stepOf(effective({ key: OWN_KEY, usages: ['server auth'] }))
      expect(own({}, server)).toContain('CERTIFICATE')
      expect(own({}, server)).not.toContain('countersign kubeconfig')
    })

    test('the comment never has a command with a name that a shell reads differently', () => {
      const odd = stepOf(effective({ name: 'x; rm -rf /', key: OWN_KEY }))
      expect(own({}, odd)).not.toContain('countersign kubeconfig')
    })

    test('the comment has no certificate where countersign generated the key', () =>
      expect(own({}, JANE)).not.toContain('CERTIFICATE'))
  })

  test('the comment lists the rules of granted roles, and hostile ones stay text', () => {
    const rules = [
      ruleOf({ verbs: ['get', 'list'], resources: ['pods'] }),
      ruleOf({ verbs: ['`@octocat` <b>'], resources: ['a\n\n# b|c'] }),
    ]
    const roles = [{ clusterRole: 'view', rules }]
    const { text } = issuedComment([issued(JANE, { roles })], facts())
    expect(text).toContain('\nRules of the granted roles:\n- `view: get, list pods (core)`\n')
    const { unbalanced, linked } = rendered(text)
    expect([unbalanced, linked]).toEqual([[], []])
    expect(text).not.toMatch(/^# b/m)
    expect(issuedComment([issued()], facts()).text).not.toContain('Rules of')
  })

  describe('the table of a pull request', () => {
    const certificate = {
      serial: '8070',
      sha256: SHA256,
      until: NOW,
      renewAt: NOW,
      stored: ['Secret apps/jane-tls'],
    }
    const known = facts({
      inUse: new Map([[JANE, certificate]]),
      approvals: new Map([[JANE, { by: ['reviewer'], rule: 'policy people' }]]),
    })
    const page = (outcome: StepOutcome, its = known) => rendered(issuedComment([outcome], its).text)

    test('a row has the certificate in use, its renewal and the approval, and links the file', () => {
      const { rows, own } = page({ kind: 'kept', step: JANE })
      expect(rows[1]).toEqual([
        '✅ issued',
        'requests/jane.yaml on prod',
        'until 2026-03-01 12:00Z, serial 80:70, in Secret apps/jane-tls',
        '2026-03-01 12:00Z',
        'reviewer, rule policy people',
      ])
      expect(own).toEqual([
        `${LINKS.repository}/blob/${HEAD}/requests/jane.yaml`,
        `${LINKS.repository}/commit/${HEAD}`,
      ])
    })

    test('an unchanged certificate with revoked access says who revoked it', () => {
      const revoked = { ...problem, message: 'owner revoked it' }
      const { rows, text } = page({ kind: 'kept', step: JANE, revoked })
      expect(rows[1]?.[0]).toBe('⛔ revoked')
      expect(text).toContain('countersign: 1 revoked')
      expect(text).toContain(
        'The access of jane on prod is revoked; the certificate still logs in until it expires:',
      )
      expect(text).toContain('owner revoked it')
      const kept = {
        kind: 'kept',
        step: JANE,
        revoked: { ...revoked, code: 'ACCESS_REVOKED' },
      } as const
      expect(page(kept).text).toContain('owner revoked it')
      const shown = page(kept, { ...known, visibility: 'public' }).text
      expect(shown).toContain('it was revoked')
      expect(shown).not.toContain('owner')
    })

    test('a certificate that another pull request replaced names that pull request and no detail', () => {
      const { rows, text, own } = page(issued(), { ...known, replacedBy: new Map([[JANE, 8]]) })
      expect(rows[1]?.[0]).toBe('➖ replaced by #8')
      expect(own).toContain(`${LINKS.repository}/pull/8`)
      expect(text).toContain('countersign: 1 replaced')
      expect(text).not.toContain(SHA256)
    })

    const withdrawn: StepOutcome = {
      kind: 'withdrawn',
      step: JANE,
      emptied: [],
      notAfter: NOW,
      bindings: ['ClusterRoleBinding dev'],
      warnings: [],
    }

    test('a certificate that another pull request withdrew is withdrawn, not replaced', () => {
      const { rows, text } = page(withdrawn, { ...known, replacedBy: new Map([[JANE, 8]]) })
      expect(rows[1]?.[0]).toBe('➖ withdrawn by #8')
      expect(text).toContain('countersign: 1 withdrawn')
      expect(text).not.toContain('replaced')
    })

    test('a withdrawal in a public repository does not name the bindings of others', () => {
      expect(page(withdrawn).text).toContain('ClusterRoleBinding dev')
      const { text } = page(withdrawn, { ...known, visibility: 'public' })
      expect(text).not.toContain('ClusterRoleBinding')
    })
  })

  test('hostile names do not change the structure of the comment', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), hostileText(), (login, sink, message) => {
        const outcomes: readonly StepOutcome[] = [
          issued(JANE, { stored: [sink], warnings: [{ ...problem, message }] }),
          { kind: 'failed', step: JANE, problems: [{ ...problem, message, hint: sink }] },
        ]
        const proofs = proofBy(login, message)
        const { tags, linked, unbalanced, comments } = rendered(
          issuedComment(outcomes, facts({ proofs })).text,
        )
        expect(tags.filter(tag => !OUTCOME_TAGS.has(tag))).toEqual([])
        expect([linked, unbalanced, comments]).toEqual([[], [], [ISSUED_MARKER]])
      }),
      { numRuns: runs(100, 20) },
    ) // prettier-ignore
  })

  test('a comment on thousands of requests is cut between requests', () => {
    const { text, isWhole } = issuedComment(
      Array.from({ length: 2000 }, () => issued()),
      facts(),
    )
    expect(isWhole).toBe(false)
    expect(text.length).toBeLessThanOrEqual(60_000)
    expect(rendered(text).text).toMatch(/\n\d+ more requests\n/)
  })
})
