// Every named history over sockets: through the adapter, the proof comes to the same verdict.
import { afterEach, describe, expect, test } from '@jest/globals'
import { Sockets } from '../../build/history/over-sockets.ts'
import { readHistories } from '../../build/history/read-history.ts'
import { rehearse } from '../../build/history/rehearsal.ts'
import { rows } from '../../build/extent.ts'

let sockets = new Sockets()

afterEach(async () => {
  const ended = sockets
  sockets = new Sockets()
  expect(await ended.close()).toEqual([])
})

describe('countersign judges each history as it says, asking GitHub', () => {
  const histories = readHistories().map(history => [history.name, history] as const)
  // A short run takes every fiftieth history over sockets; approval/histories.test.ts judges all of them without sockets.
  const asked = rows(histories, (_, index) => index % 50 === 0)

  test.each(asked)(
    'countersign judges the history %s as it expects over sockets',
    async (_, history) => {
      expect(await rehearse(history, sockets.reach)).toEqual([])
    },
  )
})
