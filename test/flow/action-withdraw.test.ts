// Withdrawal by code review: an approved withdrawal deletes its Secret; an unapproved removal deletes nothing.
import { expect, test } from '@jest/globals'
import { withAcme } from '../build/at-acme.ts'
import { placeIn, standingIn } from '../build/place.ts'
import { Workshop } from '../build/workshop.ts'
import { describeSubjects } from '../build/subjects.ts'

const JANE = 'requests/people/jane.yaml'

describeSubjects('withdrawal by code review', subject => {
  test('an approved withdrawal deletes the Secret at once and comments on its pull request', async () => {
    const place = await placeIn(subject())
    await withAcme(place, {}, async acme => {
      acme.merges(1, { [JANE]: 'usual' })
      expect(await acme.apply()).toMatchObject({ code: 0 })
      acme.merges(2, { [JANE]: { withdraw: true } })
      const ran = await acme.apply()
      expect(ran.result.outcomes).toMatchObject([{ kind: 'withdrawn', name: 'jane' }])
      expect(ran.code).toBe(0)
      expect(await standingIn(place)).toMatchObject({ secrets: [] })
      expect(acme.comments(2)).toMatchObject([{ body: expect.stringContaining('withdrawn') }])
      const again = await acme.apply()
      expect(again).toMatchObject({ code: 0, result: { outcomes: [] } })
    })
  })

  test('prove of a withdrawn request says that it asks for no certificate', async () => {
    const place = await placeIn(subject())
    const workshop = new Workshop()
    await withAcme(place, {}, async acme => {
      acme.merges(1, { [JANE]: 'usual' })
      const issued = acme.stage.tip('main')
      acme.merges(2, { [JANE]: { withdraw: true } })
      const permissions = { contents: 'read', pull_requests: 'read', actions: 'read' } as const
      const account = acme.stage.who('owner').id
      acme.github.tokens.set('ghp_auditor', { as: { account }, permissions })
      const env = { GITHUB_API_URL: acme.url, GITHUB_TOKEN: 'ghp_auditor' }
      const ran = await workshop.run(['prove', JANE, '--repository', 'acme/certs'], { env })
      expect([ran.code, ran.stdout]).toEqual([
        1,
        expect.stringContaining(`${JANE} asks for no certificate: it sets withdraw: true`),
      ])
      acme.does('owner pushes to words', { 'policies/people.yaml': { constraints: {} } })
      acme.does('owner opens PR3 from words')
      acme.does('owner merges PR3 (squash)')
      const past = ['prove', JANE, '--repository', 'acme/certs', '--commit', issued]
      const then = await workshop.run(past, { env })
      expect([then.code, then.stdout]).toEqual([
        1,
        expect.stringMatching(/was approved by reviewer[^]*this is what was approved at/),
      ])
    })
    workshop.end()
  })

  test.each([
    ['by a change of the file', { [JANE]: { withdraw: true } }],
    ['by removal of the file', { [JANE]: 'removed' }],
  ])('an unapproved withdrawal %s deletes nothing', async (_, files) => {
    const place = await placeIn(subject())
    await withAcme(place, {}, async acme => {
      acme.merges(1, { [JANE]: 'usual' })
      expect(await acme.apply()).toMatchObject({ code: 0 })
      acme.does('author pushes to quiet', files)
      acme.does('author opens PR2 from quiet')
      acme.does('author merges PR2 (squash)')
      const ran = await acme.apply()
      expect(ran.result.outcomes).toMatchObject([
        { kind: 'refused', problems: [{ code: 'APPROVAL_MISSING' }] },
      ])
      expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls'] })
    })
  })

  test('an approved removal of the file keeps the Secret until the certificate expires', async () => {
    const place = await placeIn(subject())
    await withAcme(place, {}, async acme => {
      acme.merges(1, { [JANE]: 'usual' })
      expect(await acme.apply()).toMatchObject({ code: 0 })
      acme.merges(2, { [JANE]: 'removed' })
      const ran = await acme.apply()
      expect(ran).toMatchObject({ code: 0, result: { outcomes: [{ kind: 'kept' }] } })
      expect(ran.result.plan.steps).toMatchObject([
        { kind: 'withdraw', sinks: [`Secret ${place.namespace}/jane-tls`] },
      ])
      expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls'] })
    })
  })

  test('a withdrawal of a moved file with another Secret deletes the Secret that was issued', async () => {
    const place = await placeIn(subject())
    await withAcme(place, {}, async acme => {
      acme.merges(1, { [JANE]: 'usual' })
      expect(await acme.apply()).toMatchObject({ code: 0 })
      const sinks = [{ secret: { namespace: place.namespace, name: 'moved-tls' } }]
      acme.merges(2, {
        [JANE]: 'removed',
        'requests/people/moved/jane.yaml': { sinks, withdraw: true },
      })
      const ran = await acme.apply()
      expect(ran.result.outcomes).toMatchObject([
        { kind: 'withdrawn', emptied: [`Secret ${place.namespace}/jane-tls`] },
      ])
      expect(await standingIn(place)).toMatchObject({ secrets: [] })
    })
  })

  test('an unapproved removal of a moved file is refused', async () => {
    const place = await placeIn(subject())
    await withAcme(place, {}, async acme => {
      acme.merges(1, { [JANE]: 'usual' })
      expect(await acme.apply()).toMatchObject({ code: 0 })
      acme.merges(2, { [JANE]: 'removed', 'requests/people/moved/jane.yaml': 'usual' })
      expect(await acme.apply()).toMatchObject({ code: 0 })
      acme.does('author pushes to quiet', { 'requests/people/moved/jane.yaml': 'removed' })
      acme.does('author opens PR3 from quiet')
      acme.does('author merges PR3 (squash)')
      const ran = await acme.apply()
      expect(ran.result.outcomes).toMatchObject([
        { kind: 'refused', problems: [{ code: 'APPROVAL_MISSING' }] },
      ])
    })
  })
})
