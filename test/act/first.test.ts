// The first use: an unchanged OpenSSL configuration, a plan, one approval, a merge, a certificate.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { opensslRequest } from '../build/openssl-request.ts'
import { isPair, whoIs } from '../build/stored.ts'
import { describeSubjects } from '../build/subjects.ts'
import type { PullRequestState } from '../github-double/state.ts'
import { Acme } from './acme.ts'
import type { Move } from './certs.ts'
import { JANE_CNF, requestYaml } from './files.ts'
import { pairOf, requestsOf, subjectOf } from './issued.ts'
import { leaks } from './leaks.ts'
import { NODES } from './nodes.ts'
import { unzip } from './unzip.ts'
const PLANNED = '<!-- countersign:plan -->\n'
const ISSUED = '<!-- countersign:issued -->\n'

describeSubjects('from a pull request to a certificate', subject => {
  describe.each(NODES)('with $title', ({ node }) => {
    let acme: Acme
    let pull: PullRequestState
    beforeAll(async () => {
      acme = new Acme(subject())
      await acme.start(['jane-tls', 'guest-tls'])
      pull = acme.propose({ branch: 'jane', files: { 'requests/jane.cnf': JANE_CNF } })
    })
    afterAll(() => acme.stop())

    test('the plan shows what will be signed and which approvals are missing, and calls no cluster', async () => {
      const ran = await acme.onPullRequest(pull, { node })
      expect([ran.code, ran.jobs]).toEqual([0, { plan: 'success' }])
      expect(ran.node).toMatch(node === null ? process.version : /^v24\./)
      expect(ran.outputs).toMatchObject({ 'issued-count': '1', 'blocked-count': '0' })
      const [comment, ...more] = acme.commentsOn(pull)
      expect(more).toEqual([])
      expect(comment).toContain(PLANNED)
      expect(comment).toContain('needs approval of a person with write access')
      expect(comment).toContain('`CN=jane, O=developers`')
      expect(ran.summary).toContain('needs approval of a person with write access')
      expect(await requestsOf(subject(), acme)).toEqual([])
      expect(acme.leaksOf(ran)).toEqual([])
    })

    test('the comment is updated in place by the run on the approval', async () => {
      acme.approve(pull)
      const ran = await acme.onReview(pull, { node })
      expect([ran.code, ran.jobs]).toEqual([0, { plan: 'success' }])
      expect(acme.commentsOn(pull)).toHaveLength(1)
      expect(acme.commentsOn(pull)[0]).toContain('countersign: ready')
      expect(acme.commentsOn(pull)[0]).not.toContain('needs approval')
    })

    let merged: Move
    test('the Secret holds certificate and key after the squash', async () => {
      merged = acme.merge(pull, 'squash')
      const ran = await acme.onPush(merged, { node })
      expect([ran.code, ran.jobs]).toEqual([0, { apply: 'success' }])
      const pair = await pairOf(subject(), acme, 'jane')
      if (pair === null) throw new Error('there is no Secret')
      expect(subjectOf(pair.certificate)).toBe('O=developers\nCN=jane')
      expect(isPair(pair)).toBe(true)
      expect(await whoIs(subject(), pair)).toMatchObject({
        username: 'jane',
        groups: ['developers', 'system:authenticated'],
      })
      expect(ran.outputs).toMatchObject({
        'issued-count': '1',
        'renewed-count': '0',
        'blocked-count': '0',
        'failed-count': '0',
      })
      expect(acme.commentsOn(pull)).toHaveLength(1)
      expect(acme.commentsOn(pull)[0]).toContain(ISSUED)
      expect(acme.commentsOn(pull).at(-1)).toContain('Approved by `reviewer`')
      expect(ran.summary).toContain('1 issued')
      expect(ran.left).toContain('countersign-evidence.json')
      expect(acme.leaksOf(ran)).toEqual([])
    })

    test('the request in the cluster names its approval', async () => {
      const [request, ...more] = await requestsOf(subject(), acme, 'jane')
      expect(more).toEqual([])
      expect(request?.conditions).toMatchObject([
        { type: 'Approved', reason: 'CountersignApproved' },
      ])
      const message = request?.conditions[0]?.message
      expect(message).toContain(`#${pull.number}`)
      expect(message).toContain(String(acme.people.reviewer.id))
    })

    test('a second run of the same commit changes nothing', async () => {
      const before = await pairOf(subject(), acme, 'jane')
      const ran = await acme.onPush(merged, { node })
      expect([ran.code, ran.outputs['issued-count']]).toEqual([0, '0'])
      expect(await pairOf(subject(), acme, 'jane')).toEqual(before)
      expect(await requestsOf(subject(), acme)).toHaveLength(1)
      expect(acme.leaksOf(ran)).toEqual([])
    })

    test('a requester with an own key gets the certificate in an artifact and in the comment', async () => {
      const { pem, keyPem } = opensslRequest({ subject: '/O=developers/CN=guest' })
      acme.secrets.push(keyPem)
      const files = { 'requests/guest.yaml': requestYaml('guest', pem) }
      const own = acme.propose({ branch: 'guest', files })
      expect((await acme.onPullRequest(own, { node })).code).toBe(0)
      acme.approve(own)
      const run = { id: 9001, attempt: 1 }
      const ran = await acme.onPush(acme.merge(own), { node, run })
      expect([ran.code, ran.outputs['issued-count']]).toEqual([0, '1'])
      expect(await pairOf(subject(), acme, 'guest')).toBeNull()
      const comment = acme.commentsOn(own).at(-1) ?? ''
      const [certificate] = /-----BEGIN CERT[^]+?-----END CERTIFICATE-----/.exec(comment) ?? []
      expect(subjectOf(certificate ?? '')).toBe('O=developers\nCN=guest')
      const [artifact, ...more] = acme.artifacts.artifactsOf(run.id)
      expect(more).toEqual([])
      expect(artifact?.name).toContain('guest')
      const kept = unzip(artifact?.bytes ?? new Uint8Array())
      expect(kept.get('guest.crt')?.trim()).toBe(certificate)
      expect([...kept.keys()].toSorted()).toEqual(['ca.crt', 'guest.crt'])
      expect(leaks([...kept.values()].join('\n'), acme.secrets)).toEqual([])
      expect(acme.leaksOf(ran)).toEqual([])
    })

    test('the runs sent the double only calls that GitHub answers', () => {
      expect([acme.server.problems, acme.server.unknownRoutes]).toEqual([[], []])
    })
  })
})
