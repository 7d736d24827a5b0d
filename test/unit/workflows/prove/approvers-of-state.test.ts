import { describe, expect, test } from '@jest/globals'
import { filesOfState, withBarred } from '../../../../src/workflows/prove/approvers-of-state.ts'
import { approvers, COLLEAGUE, STRANGER } from '../../../build/proof.ts'

test('people who were barred by an earlier configuration stay barred, together with those of the applied commit', () => {
  const then = approvers({ never: [STRANGER] })
  expect(withBarred(then, [COLLEAGUE]).approval.never).toEqual([STRANGER, COLLEAGUE])
})

describe('the files of a state', () => {
  const bytes = new TextEncoder().encode('a')
  const blobs = (ids: readonly string[]) =>
    Promise.resolve(new Map(ids.filter(id => id !== 'gone').map(id => [id, bytes] as const)))
  const filesOf = (files: Readonly<Record<string, string>>) =>
    filesOfState(
      { blobs },
      { commit: 'c'.repeat(40), before: null, files: new Map(Object.entries(files)) },
    )

  test('a folder lists its files by path, and no others', async () => {
    const files = filesOf({
      'policies/b.yaml': 'b',
      'countersign.yaml': 'c',
      'policies/a.yaml': 'a',
    })
    const listed = (await files.list('policies')) ?? []
    expect(listed.map(({ path, blob, mode }) => [path, blob, mode])).toEqual([
      ['policies/a.yaml', 'a', '100644'],
      ['policies/b.yaml', 'b', '100644'],
    ])
  })

  test('a symbolic link has its mode', async () => {
    const files = filesOf({ 'countersign.yaml': '120000 c' })
    expect(await files.read('countersign.yaml')).toMatchObject({ mode: '120000', blob: 'c', bytes })
  })

  test('a state has no files if GitHub no longer has one of them', async () => {
    const files = filesOf({ 'countersign.yaml': 'c', 'policies/a.yaml': 'gone' })
    expect(await files.read('countersign.yaml')).toBeNull()
    expect(await files.list('policies')).toEqual([])
  })
})
