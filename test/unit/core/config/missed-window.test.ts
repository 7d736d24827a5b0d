import { expect, test } from '@jest/globals'
import { missedWindow } from '../../../../src/core/config/missed-window.ts'
import { config, DAY, effective, place } from '../../../build/effective.ts'

// Closed for 136 hours from Monday to Saturday, and one hour for clocks that change.
const NIGHTS = { days: ['sat', 'sun'], from: 22 * 60, to: 6 * 60, timezone: 'UTC' } as const

function problems(...requests: readonly Parameters<typeof effective>[0][]) {
  const given = config()
  const at = place('countersign.yaml')
  return missedWindow(requests.map(effective), {
    ...given,
    rotation: { ...given.rotation, window: NIGHTS },
    places: new Map([['rotation.renewAt', at]]),
  })
}

test('lifetimes that may miss the hours are one problem of the configuration, and its hint is enough', () => {
  expect(
    problems(
      { durationSeconds: 30 * DAY },
      { name: 'short', durationSeconds: 3 * DAY },
      { name: 'long', durationSeconds: 60 * DAY },
    ),
  ).toEqual([
    {
      code: 'FILE_FIELD_VALUE',
      at: place('countersign.yaml'),
      message:
        'rotation.renewAt may miss the renewal of jane and 1 more: its hours are up to 137h apart, and requests/jane.yaml is renewed 240h before it ends',
      hint: 'add days or hours, or set renewBefore: 274h in requests/jane.yaml',
    },
  ])
  const renewBefore = { kind: 'seconds', seconds: 274 * 3600 } as const
  expect(problems({ durationSeconds: 30 * DAY, renewBefore })).toEqual([])
})

test('a lifetime that is shorter than twice the closed hours is asked to be longer', () =>
  expect(problems({ durationSeconds: 3 * DAY })).toMatchObject([
    {
      hint: 'add days or hours, or set a duration of more than 274h with renewBefore: 274h in requests/jane.yaml',
    },
  ]))

test('what missed the hours before is not told again, and what ends before its renewal misses nothing', () => {
  const given = config()
  const places = new Map([['rotation.renewAt', place('countersign.yaml')]])
  const limited = { ...given, rotation: { ...given.rotation, window: NIGHTS }, places }
  const [old, short] = ['jane', 'short'].map(name => effective({ name, durationSeconds: 3 * DAY }))
  if (old === undefined || short === undefined) throw new Error('two are given')
  const before = { requests: [old, short], config: limited }
  expect(missedWindow([old, short], limited, before)).toEqual([])
  expect(missedWindow([old, short], limited, { ...before, requests: [old] })).toMatchObject([
    { message: expect.stringContaining('the renewal of short:') },
  ])
  expect(missedWindow([old], limited, { ...before, config: given })).toHaveLength(1)
  expect(missedWindow([{ ...old, until: new Date(0) }], limited)).toEqual([])
})

test('what is withdrawn, and a configuration without hours, miss nothing', () => {
  expect(problems({ durationSeconds: 3 * DAY, withdraw: true })).toEqual([])
  expect(missedWindow([effective({ durationSeconds: 3 * DAY })], config())).toEqual([])
})
