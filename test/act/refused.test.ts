// The built action where nothing may be issued: unapproved, outdated or invalid changes.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { describeTruest } from '../build/subjects.ts'
import { Acme } from './acme.ts'
import { requestYaml } from './files.ts'
import { pairOf, requestsOf, serialOf, subjectOf } from './issued.ts'

describeTruest('what may not be', subject => {
  let acme: Acme
  beforeAll(async () => {
    acme = new Acme(subject())
    await acme.start(['fork-tls', 'jane-tls', 'guest-tls'])
  })
  afterAll(() => acme.stop())

  test('the pull request of a fork gets its plan in the summary, and nothing else', async () => {
    const { outsider } = acme.people
    const from = acme.world.fork(acme.repository, outsider)
    const files = { 'requests/fork.yaml': requestYaml('fork') }
    const pull = acme.propose({ branch: 'fork', files, actor: outsider, from })
    const ran = await acme.onPullRequest(pull)
    expect([ran.code, ran.outputs['issued-count']]).toEqual([0, '1'])
    expect(ran.summary).toContain('needs approval of a person with write access')
    // Pushes to a fork are not visible, so one more approval is required.
    expect(ran.summary).toContain('2 approvals')
    expect(acme.commentsOn(pull)).toEqual([])
    expect(acme.leaksOf(ran)).toEqual([])

    acme.approve(pull)
    acme.approve(pull, acme.people.author)
    const merged = await acme.onPush(acme.merge(pull))
    expect([merged.code, merged.outputs['issued-count']]).toEqual([0, '1'])
    expect(await pairOf(subject(), acme, 'fork')).not.toBeNull()
    expect(acme.leaksOf(merged)).toEqual([])
  })

  test('a fault is annotated at its file and line, and fails the check', async () => {
    const text = requestYaml('typo').replace('commonName', 'comonName')
    const pull = acme.propose({ branch: 'typo', files: { 'requests/typo.yaml': text } })
    const ran = await acme.onPullRequest(pull)
    expect([ran.code, ran.jobs, ran.outputs['blocked-count']]).toEqual([
      1,
      { plan: 'failure' },
      '1',
    ])
    expect(ran.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', file: 'requests/typo.yaml', line: 5 }),
    )
    expect(acme.commentsOn(pull)).toHaveLength(1)
  })

  test('text of a file gives the runner no commands', async () => {
    const command = '::set-output name=issued-count::99'
    const text = requestYaml('words').replace('[developers]', `["${command}", "%0A${command}"]`)
    const pull = acme.propose({ branch: 'words', files: { 'requests/words.yaml': text } })
    const ran = await acme.onPullRequest(pull)
    expect(ran.code).toBe(1)
    expect(ran.outputs['issued-count']).toBe('0')
    expect(ran.log).toContain(command)
  })

  test('a merge group is planned without a cluster and without a comment', async () => {
    const files = { 'requests/queued.yaml': requestYaml('queued') }
    const pull = acme.propose({ branch: 'queued', files })
    const ran = await acme.onMergeGroup(acme.queue(pull))
    expect([ran.code, ran.outputs['issued-count']]).toEqual([0, '1'])
    expect(acme.commentsOn(pull)).toEqual([])
    expect(await requestsOf(subject(), acme, 'queued')).toEqual([])
    expect(acme.leaksOf(ran)).toEqual([])
  })

  test('a run of an older commit does not replace a newer certificate', async () => {
    const request = requestYaml('jane')
    const first = acme.propose({ branch: 'jane', files: { 'requests/jane.yaml': request } })
    acme.approve(first)
    const old = acme.merge(first)
    const run = { id: 8001, attempt: 1 }
    expect((await acme.onPush(old, { run })).outputs['issued-count']).toBe('1')

    const changed = request.replace('developers', 'viewers')
    const second = acme.propose({ branch: 'viewer', files: { 'requests/jane.yaml': changed } })
    acme.approve(second)
    expect((await acme.onPush(acme.merge(second))).outputs['issued-count']).toBe('1')
    const before = await pairOf(subject(), acme, 'jane')
    expect(subjectOf(before?.certificate ?? '')).toBe('O=viewers\nCN=jane')

    const ran = await acme.onPush(old, { run: { ...run, attempt: 2 } })
    expect(ran.outputs['issued-count']).toBe('0')
    expect(ran.code).toBe(1)
    const after = await pairOf(subject(), acme, 'jane')
    expect(serialOf(after?.certificate ?? '')).toBe(serialOf(before?.certificate ?? ''))
    expect(await requestsOf(subject(), acme, 'jane')).toHaveLength(2)
    expect(acme.leaksOf(ran)).toEqual([])
  })

  test('an unapproved merge is not issued, and its pull request has a comment with the reason', async () => {
    const files = { 'requests/guest.yaml': requestYaml('guest') }
    const pull = acme.propose({ branch: 'guest', files })
    const ran = await acme.onPush(acme.merge(pull))
    expect([ran.code, ran.jobs]).toEqual([1, { apply: 'failure' }])
    expect(ran.outputs).toMatchObject({ 'issued-count': '0', 'blocked-count': '1' })
    expect(await pairOf(subject(), acme, 'guest')).toBeNull()
    expect(await requestsOf(subject(), acme, 'guest')).toEqual([])
    expect(ran.annotations.map(({ title }) => title)).toContain('APPROVAL_MISSING')
    expect(acme.commentsOn(pull).at(-1)).toContain('guest')
    expect(acme.leaksOf(ran)).toEqual([])
  })

  test('an unapproved change of the configuration stops every issue, for runs of older commits too', async () => {
    const last = { before: acme.tip, after: acme.tip }
    const policy = acme.fileAt('policies/people.yaml').replace('viewers', 'admins')
    const pull = acme.propose({ branch: 'policy', files: { 'policies/people.yaml': policy } })
    const ran = await acme.onPush(acme.merge(pull))
    expect(ran.code).toBe(1)
    expect(ran.outputs['issued-count'] ?? '0').toBe('0')
    expect(ran.annotations.map(({ title }) => title)).toContain('APPROVAL_NO_TRUST_ROOT')
    expect(acme.leaksOf(ran)).toEqual([])

    const old = await acme.onPush(last)
    expect([old.code, old.outputs['issued-count'] ?? '0']).toEqual([1, '0'])
    expect(old.annotations.map(({ title }) => title)).toContain('APPROVAL_CONFIG_MOVED')
  })

  test('the runs sent the double only calls that GitHub answers', () => {
    expect([acme.server.problems, acme.server.unknownRoutes]).toEqual([[], []])
  })
})
