import { expect, test } from '@jest/globals'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import { DirectRepository } from '../../../build/direct-repository.ts'
import { readDeed, readGiven } from '../../../build/history/read-history.ts'
import { Rehearsal } from '../../../build/history/rehearsal.ts'

/** A repository that counts the calls. */
class Counting extends DirectRepository {
  readonly blobsAsked: string[] = []
  readonly commitsAsked: string[] = []

  override blobs(ids: readonly string[]): ReturnType<ReviewedRepository['blobs']> {
    this.blobsAsked.push(...ids)
    return super.blobs(ids)
  }

  override commits(ids: readonly string[]): ReturnType<ReviewedRepository['commits']> {
    this.commitsAsked.push(...ids)
    return super.commits(ids)
  }
}

test('GitHub is asked only for earlier versions, not for files of the commit', async () => {
  const deeds = [
    { 'author pushes to add-jane': { 'requests/people/jane.yaml': { top: 'for the laptop' } } },
    'author opens PR1 from add-jane',
    'reviewer approves PR1',
    'author merges PR1 (squash)',
    { 'author pushes to edit': { 'requests/people/jane.yaml': { top: 'for the new laptop' } } },
    'author opens PR2 from edit',
    'reviewer approves PR2',
    'author merges PR2 (squash)',
  ]
  const rehearsal = new Rehearsal(readGiven({}))
  for (const deed of deeds) await rehearsal.play(readDeed(deed))
  const { world, repository } = rehearsal.stage
  const counting = new Counting(world, repository)
  const reviewed = await rehearsal.countersign.review(counting, rehearsal.stage.tip('main'))
  expect(reviewed.ok && reviewed.value.approved.length).toBe(1)
  const now = world.blobAt(rehearsal.stage.tip('main'), 'requests/people/jane.yaml')
  expect(counting.blobsAsked).toHaveLength(1)
  expect(counting.blobsAsked).not.toContain(now)
  // Nothing was pushed to the default branch.
  expect(counting.commitsAsked).toEqual([])
})

test('warnings of the configuration are among the warnings of the run', async () => {
  const deeds = [
    { 'maintainer pushes to edit': { 'policies/people.yaml': { comment: 'of people' } } },
    'maintainer opens PR1 from edit',
    'owner approves PR1',
    'owner merges PR1 by hand',
  ]
  const rehearsal = new Rehearsal(readGiven({}))
  for (const deed of deeds) await rehearsal.play(readDeed(deed))
  const reviewed = await rehearsal.review()
  const messages = reviewed.ok ? reviewed.value.warnings.map(({ message }) => message) : []
  expect(messages).toEqual(['policies/people.yaml: owner merged pull request #1 by a push'])
})

test('a proved step says for which roles the trusted policies refuse other rules', async () => {
  const entry = { clusterRoles: ['view'], namespaces: ['apps'], roleChanges: 'refuse' }
  const access = [{ clusterRole: 'view', namespaces: ['apps'] }]
  const rehearsal = new Rehearsal(
    readGiven({ files: { 'policies/people.yaml': { access: [entry] } } }),
  )
  const deeds = [
    { 'author pushes to add-jane': { 'requests/people/jane.yaml': { access } } },
    'author opens PR1 from add-jane',
    'reviewer approves PR1',
    'author merges PR1 (squash)',
  ]
  for (const deed of deeds) await rehearsal.play(readDeed(deed))
  const reviewed = await rehearsal.review()
  expect(reviewed.ok && reviewed.value.approved.map(({ step }) => step)).toMatchObject([
    { kind: 'issue', fixedRoles: ['view'] },
  ])
})
