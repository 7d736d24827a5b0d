// The house rule: the folder of a file says what it may touch. Reads src itself; no exceptions but those in house/rules.ts.
import { describe, expect, test } from '@jest/globals'
import {
  circles,
  reachedFrom,
  unusedExports,
  wrongImports,
  wrongShape,
  wrongUses,
} from './house/rules.ts'
import { parseSource, readSource, readUsers } from './house/source-files.ts'

const files = readSource()

describe('the house', () => {
  test('has files', () => expect(files.length).toBeGreaterThan(10))

  test('holds no import that crosses a wall', () => expect(files.flatMap(wrongImports)).toEqual([]))

  test('holds no circle of imports, types included', () => expect(circles(files)).toEqual([]))

  test('has no clock, chance or world in its core', () =>
    expect(files.flatMap(wrongUses)).toEqual([]))

  test('has short files that are named after what they hold', () =>
    expect(files.flatMap(wrongShape)).toEqual([]))

  test('exports nothing that no other file imports', () => {
    const all = [...files, ...readUsers()]
    expect(files.flatMap(file => unusedExports(file, all))).toEqual([])
  })

  test('keeps the sandbox out of the action', () => {
    const reached = [...reachedFrom('action.ts', files)]
    expect(reached.filter(path => path.startsWith('sandbox/'))).toEqual([])
  })
})

describe('the house rule: an import', () => {
  const imports = (path: string, text: string) => wrongImports(parseSource(path, text))
  const crypto = 'domain, source, x509, kubernetes, node:crypto'

  test.each([
    ['of another room', 'sink/bad.ts', "import { x } from '../policy/judge.ts'", crypto],
    [
      'of a type of another room',
      'sink/bad.ts',
      "import type { X } from '../plan/diff.ts'",
      crypto,
    ],
    ['that is exported on', 'sink/bad.ts', "export { x } from '../plan/diff.ts'", crypto],
    ['of everything', 'sink/bad.ts', "export * from '../plan/diff.ts'", crypto],
    ['at run time', 'sink/bad.ts', "const x = await import('../plan/diff.ts')", crypto],
    ['inside a type', 'sink/bad.ts', "type X = import('../plan/diff.ts').X", crypto],
    ['over several lines', 'sink/bad.ts', "import {\n  x,\n} from '../plan/diff.ts'", crypto],
    ['of ports by a room', 'sink/layout.ts', "import type { X } from '../ports/clock.ts'", crypto],
    ['of disk by a room', 'sink/bad.ts', "import { readFile } from 'node:fs/promises'", crypto],
    ['of anything by domain', 'domain/bad.ts', "import { x } from '../x509/der.ts'", 'nothing'],
    ['of a package by domain', 'domain/bad.ts', "import { z } from 'zod'", 'nothing'],
    [
      'of yaml by x509',
      'x509/bad.ts',
      "import { x } from 'yaml'",
      'domain, node-forge, node:crypto',
    ],
    [
      'of the rules by the sandbox',
      'sandbox/a/bad.ts',
      "import '../../kubernetes/rules.ts'",
      'domain, x509, *',
    ],
  ])('%s is refused', (_, path, text, may) => {
    const [problem, ...more] = imports(path, text)
    expect(problem).toContain(`${path} imports `)
    expect(problem).toMatch(
      new RegExp(`; ${path.split('/')[0]} may import ${may.replace('*', '\\*')}$`),
    )
    expect(more).toEqual([])
  })

  test('is told with the file it means', () =>
    expect(imports('plan/bad.ts', "import '../policy/x.ts'")).toEqual([
      'plan/bad.ts imports policy/x.ts; plan may import domain, source, x509, kubernetes, node:crypto, canonicalize',
    ]))

  test.each([
    ['of the sandbox by the action', 'action.ts', "await import('./sandbox/start.ts')"],
    ['of the sandbox by another door', 'run.ts', "import './sandbox/start.ts'"],
    ['of the sandbox by an adapter', 'adapters/bad.ts', "import '../sandbox/start.ts'"],
    ['of an adapter by a story', 'flow/bad.ts', "import '../adapters/clock.ts'"],
    ['of a door by an adapter', 'adapters/bad.ts', "import '../inputs.ts'"],
    ['in a folder nobody knows', 'stuff/bad.ts', ''],
  ])('%s is refused, too', (_, path, text) => expect(imports(path, text)).toHaveLength(1))

  test.each([
    [
      'of domain, toolboxes and neighbours',
      'plan/diff.ts',
      "import '../domain/plan.ts'; import './guard.ts'; import '../x509/der.ts'",
    ],
    [
      'of ports by the files that talk to the world',
      'cluster/settle.ts',
      "import type { Clock } from '../ports/clock.ts'",
    ],
    ['of the sandbox by the command line', 'cli.ts', "await import('./sandbox/start.ts')"],
    ['of a part of a package', 'source/yaml.ts', "import 'yaml/util'"],
    [
      'that stands in a comment or a text',
      'domain/x.ts',
      "// import '../plan/diff.ts'\nconst x = \"import 'fs'\"",
    ],
  ])('%s is fine', (_, path, text) => expect(imports(path, text)).toEqual([]))
})

test('a circle is found whole, and once', () => {
  const [one, two, three] = [
    ['a.ts', "import type { B } from './b.ts'"],
    ['b.ts', "import './c.ts'"],
    ['c.ts', "import './a.ts'"],
  ].map(([path = '', text = '']) => parseSource(path, text))
  const own = parseSource('d.ts', "import './d.ts'; import './a.ts'")
  expect(circles([one!, two!, three!, own])).toEqual([['a.ts', 'b.ts', 'c.ts'], ['d.ts']])
  expect(circles([one!, two!, parseSource('c.ts', '')])).toEqual([])
})

describe('the house rule: the core', () => {
  const uses = (path: string, text: string) => wrongUses(parseSource(path, text))

  test.each([
    ['the clock', 'Date.now()'],
    ['the clock in an object', 'const now = new Date()'],
    ['the environment', "process.env['HOME']"],
    ['the terminal', 'console.log(1)'],
    ['the network', "await fetch('https://localhost')"],
    ['chance', 'Math.random()'],
    ['strong chance', "import { randomBytes } from 'node:crypto'"],
    ['a timer', 'setTimeout(() => {}, 1)'],
  ])('does not reach for %s', (_, text) => {
    expect(uses('plan/bad.ts', text)).toHaveLength(1)
    expect(uses('adapters/fine.ts', text)).toEqual([])
  })

  test('may hold a given time and speak of such things', () =>
    expect(
      uses('plan/fine.ts', "new Date(0); const hint = 'ends the process. Date.now()' // fetch()"),
    ).toEqual([]))
})

describe('the house rule: an export', () => {
  const unused = (text: string, path: string, taker: string) =>
    unusedExports(parseSource('plan/diff.ts', text), [parseSource(path, taker)])

  test.each([
    ['a function', 'export function x() {}'],
    ['a function that waits', 'export async function x() {}'],
    ['a class', 'export class x {}'],
    ['a constant', 'export const x = 1'],
  ])('of %s that nobody imports is refused', (_, text) => {
    expect(unused(text, 'plan/guard.ts', "import { y } from './diff.ts'")).toEqual([
      'plan/diff.ts exports x, which no other file imports',
    ])
    expect(unused(text, 'plan/guard.ts', "import { x } from './other.ts'")).toHaveLength(1)
    expect(unused(text, '../test/unit/plan/diff.test.ts', 'x()')).toHaveLength(1)
  })

  test.each([
    ['a neighbour', 'plan/guard.ts', "import { x as y } from './diff.ts'"],
    ['another folder', 'flow/plan.ts', "import * as diff from '../plan/diff.ts'; diff.x()"],
    ['a file at run time', 'flow/plan.ts', "const { x } = await import('../plan/diff.ts')"],
    ['a file that hands it on', 'plan/guard.ts', "export { x } from './diff.ts'"],
    ['a test', '../test/unit/plan/diff.test.ts', "import { x } from '../../../src/plan/diff.ts'"],
    ['a script', '../scripts/generate.mjs', 'const { x } = await import(`${ROOT}build/diff.js`)'],
  ])('that is imported by %s is fine', (_, path, taker) =>
    expect(unused('export const x = 1', path, taker)).toEqual([]),
  )

  test("of a type is nobody's business", () =>
    expect(unused('export type X = 1; export interface Y {}', 'plan/guard.ts', '')).toEqual([]))
})

describe('the house rule: a file', () => {
  test.each([
    'plan/utils.ts',
    'plan/index.ts',
    'plan/types.ts',
    'utils/text.ts',
    'plan/thisOne.ts',
  ])('called %s is refused', path => expect(wrongShape(parseSource(path, ''))).toHaveLength(1))

  test('of 251 lines is refused, of 250 not', () => {
    expect(wrongShape(parseSource('plan/long.ts', '\n'.repeat(251)))).toHaveLength(1)
    expect(wrongShape(parseSource('plan/long.ts', '\n'.repeat(250)))).toEqual([])
  })

  test('is reached over several others', () => {
    const chain = [
      parseSource('action.ts', "import './run.ts'"),
      parseSource('run.ts', "await import('./sandbox/start.ts')"),
    ]
    expect(reachedFrom('action.ts', chain)).toContain('sandbox/start.ts')
  })
})
