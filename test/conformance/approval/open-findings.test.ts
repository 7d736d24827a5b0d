// Histories of attacks whose verdict is not yet the one that the rule demands (test/fixtures/open-findings). Each has to be listed by its
// true state: one that is judged right moves to test/fixtures/histories.
import { expect, test } from '@jest/globals'
import { readHistories } from '../../build/history/read-history.ts'
import { rehearse } from '../../build/history/rehearsal.ts'

const FOLDER = new URL('../../fixtures/open-findings/', import.meta.url).pathname

test.each(readHistories(FOLDER).map(history => [history.name, history] as const))(
  'the history %s is still judged against the rule',
  async (_, history) => {
    expect(await rehearse(history)).not.toEqual([])
  },
)
