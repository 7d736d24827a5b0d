// The runtime of the tests: what a failure shows, what is left out, and what a test file leaves for the next one.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

const ROOT = new URL('../../../', import.meta.url).pathname
const FIRST = `import { describe, expect, jest, test } from '@jest/globals'

interface Typed {
  readonly value: number
}
const typed: Typed = { value: 1 }
process.env['LEFT_BY_FIRST'] = 'yes'
Reflect.set(globalThis, 'leftByFirst', true)

describe('a group', () => {
  test('a failure', () => {
    expect(typed.value).toBe(2)
  })
  test.each([1, 2])('a row %s', row => expect(row).toBeLessThan(3))
  test('a test that ran before', () => expect(true).toBe(false))
  test.skip('a skipped test', () => expect(true).toBe(false))
  test.todo('a test to write')
  test('fake timers', async () => {
    jest.useFakeTimers()
    let isOver = false
    setTimeout(() => (isOver = true), 60_000)
    await jest.advanceTimersByTimeAsync(60_000)
    jest.useRealTimers()
    expect(isOver).toBe(true)
  })
})
`
const SECOND = `import { expect, test } from '@jest/globals'
test('nothing of the first file is left', () => {
  expect([process.env['LEFT_BY_FIRST'], Reflect.get(globalThis, 'leftByFirst')]).toEqual([undefined, undefined])
})
`

describe('two test files in one process', () => {
  let folder = ''
  let output = ''
  let costs: readonly { file: string; tests: readonly { name: string }[]; defined: string[] }[] = []

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-native-jest-'))
    for (const name of ['node_modules', 'scripts'])
      symlinkSync(join(ROOT, name), join(folder, name))
    const config = readFileSync(join(ROOT, 'jest.config.mjs'), 'utf8')
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
    writeFileSync(
      join(folder, 'jest.config.mjs'),
      config.replaceAll('<rootDir>/test/**', '<rootDir>/**'),
    )
    writeFileSync(join(folder, 'first.test.ts'), FIRST)
    writeFileSync(join(folder, 'second.test.ts'), SECOND)
    const [ran, times] = [join(folder, 'ran.json'), join(folder, 'times')]
    writeFileSync(ran, JSON.stringify({ 'first.test.ts': ['a group a test that ran before'] }))
    const loader = new URL('../../../scripts/native-jest/register.mjs', import.meta.url).href
    const args = ['--import', loader, join(ROOT, 'node_modules/jest/bin/jest.js'), '--runInBand']
    const env = {
      PATH: process.env['PATH'],
      COUNTERSIGN_TEST_RAN: ran,
      COUNTERSIGN_TEST_TIMES: times,
    }
    output = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' }).stderr
    costs = readFileSync(times, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('the summary counts failed, passed, skipped and planned tests', () =>
    expect(output).toContain('Tests:       1 failed, 2 skipped, 1 todo, 4 passed, 8 total'))

  test('a failure shows the line of the TypeScript file', () => {
    expect(output).toContain('● a group › a failure')
    expect(output).toMatch(/> 12 \|\s+expect\(typed\.value\)\.toBe\(2\)/)
    expect(output).toContain('first.test.ts:12:25')
  })

  test('what a file changed in its process is restored before the next one', () =>
    expect(output).toContain('PASS ./second.test.ts'))

  test('the costs have each test that ran, and the names of all', () => {
    const first = costs.find(({ file }) => file === 'first.test.ts')
    expect(first?.tests.map(({ name }) => name)).toEqual([
      'a group a failure',
      'a group a row 1',
      'a group a row 2',
      'a group fake timers',
    ])
    expect(first?.defined).toHaveLength(7)
  })
})
