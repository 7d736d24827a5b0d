// Every named history, straight from the double's state.
import { describe, expect, test } from '@jest/globals'
import { readHistories } from '../../build/history/read-history.ts'
import { rehearse } from '../../build/history/rehearsal.ts'

const histories = readHistories()

describe('countersign judges each history as it says', () => {
  test.each(histories.map(history => [history.name, history] as const))('%s', async (_, history) => {
    expect(await rehearse(history)).toEqual([])
  })
})
