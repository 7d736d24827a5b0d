import { expect, test } from '@jest/globals'
import { movesInFeed } from '../../../../src/adapters/gitea/read/activity-feed.ts'

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)]

test('a push may be a minute older than its row in the feed', async () => {
  const row = {
    id: 1,
    op_type: 'commit_repo',
    act_user: null,
    ref_name: 'refs/heads/main',
    content: JSON.stringify({
      HeadCommit: { Sha1: NEW },
      CompareURL: `acme/certs/compare/${OLD}...${NEW}`,
    }),
    created: new Date('2026-01-01T00:01:00Z'),
  }
  expect(await movesInFeed([row], 'main', async () => true)).toMatchObject([
    { kind: 'push', at: row.created, earliest: new Date('2026-01-01T00:00:00Z') },
  ])
})
