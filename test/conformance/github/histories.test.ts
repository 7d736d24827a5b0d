// Every named history once more, with GitHub asked over sockets: the adapter gives the proof what the state would.
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
  // A short run asks over sockets for each twentieth: all of them are judged without sockets, in approval/histories.test.ts.
  const asked = rows(histories, (_, index) => index % 20 === 0)

  test.each(asked)('%s', async (_, history) => {
    expect(await rehearse(history, sockets.reach)).toEqual([])
  })
})
