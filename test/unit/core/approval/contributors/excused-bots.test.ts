import { describe, expect, test } from '@jest/globals'
import {
  changesOnlyPins,
  excusedBots,
} from '../../../../../src/core/approval/contributors/excused-bots.ts'
import { approvers, question, ROBOT } from '../../../../build/proof.ts'

const workflow = (...steps: readonly string[]): string => `jobs:\n  apply:\n${steps.join('\n')}\n`
const uses = (ref: string): string => `    - uses: actions/checkout@${ref}`

describe('a change of pins', () => {
  test.each([
    ['another version', uses('v4'), uses('v5')],
    ['another commit and comment', uses('a1b2 # v4.1'), uses('c3d4 # v4.2')],
    ['no change', uses('v4'), uses('v4')],
  ])('a workflow with %s changes only pins', (_, before, after) => {
    expect(changesOnlyPins(workflow(before), workflow(after))).toBe(true)
  })

  test.each([
    ['another action', uses('v4'), '    - uses: actions/cache@v4'],
    ['another fork of it', uses('v4'), '    - uses: other/checkout@v4'],
    ['one more line', uses('v4'), `${uses('v5')}\n    - run: id`],
    ['a command', '    - run: id', '    - run: ls'],
    ['another place', uses('v4'), `  ${uses('v5')}`],
    ['a command behind the pin', uses('v4'), `${uses('v5')} && id`],
    ['a quote', uses('v4'), "    - uses: actions/checkout@v5'"],
  ])('a workflow with %s changes more than pins', (_, before, after) => {
    expect(changesOnlyPins(workflow(before), workflow(after))).toBe(false)
  })
})

test('a workflow with lines added or removed at the end changes more than pins', () => {
  const [before, after] = [workflow(uses('v4')), workflow(uses('v5'))]
  expect(changesOnlyPins(before, `${after}\n    - run: id\n`)).toBe(false)
  expect(changesOnlyPins(`${before}\n    - run: id\n`, after)).toBe(false)
})

describe('excused bots', () => {
  const path = '.github/workflows/countersign.yaml'
  const texts: Readonly<Record<string, string>> = {
    p: workflow(uses('v4')),
    b: workflow(uses('v5')),
  }
  const facts = { textOf: (blob: string) => texts[blob] ?? null }
  const background = { proved: { blob: 'p', commit: 'root' }, since: [] }
  const listed = approvers({ bots: [{ login: ROBOT.login, id: ROBOT.id }] })

  test('listed bots are excused for a workflow where only pins change', () => {
    expect([...excusedBots(question({ path, background }), listed, facts)]).toEqual([ROBOT.id])
  })

  test.each([
    ['where none is listed', {}, approvers()],
    ['for other files', { path: 'countersign.yaml' }, listed],
    ['without a proved version', { background: { proved: null, since: [] } }, listed],
    ['for a workflow that is gone', { blob: null }, listed],
    ['where the bytes are gone', { blob: 'lost' }, listed],
  ])('no bot is excused %s', (_, changes, where) => {
    expect(excusedBots(question({ path, background, ...changes }), where, facts).size).toBe(0)
  })
})
