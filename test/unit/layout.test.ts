// The import rule: the folder of a file sets what it may import and use. Reads src itself; the only exceptions are in layout/rules.ts.
import { describe, expect, test } from '@jest/globals'
import {
  circles,
  crowdedFolders,
  reachedFrom,
  repeatedNames,
  unusedExports,
  wrongDoubleImports,
  wrongImports,
  wrongShape,
  wrongUses,
} from './layout/rules.ts'
import { parseSource, readSource, readUsers } from './layout/source-files.ts'

const files = readSource()
const users = readUsers()

describe('the files of src', () => {
  test('src has files', () => expect(files.length).toBeGreaterThan(10))

  test('src has no import that its folder does not allow', () =>
    expect(files.flatMap(wrongImports)).toEqual([]))

  test('src has no circular imports, types included', () => expect(circles(files)).toEqual([]))

  test('the core does not use clock, randomness or the outside world', () =>
    expect(files.flatMap(wrongUses)).toEqual([]))

  test('src has short files that are named after their content', () =>
    expect(files.flatMap(wrongShape)).toEqual([]))

  test('src has at most 25 files in each folder', () => expect(crowdedFolders(files)).toEqual([]))

  test('src has no two files of the same name', () => expect(repeatedNames(files)).toEqual([]))

  test('src has no export that no other file imports', () => {
    const all = [...files, ...users]
    expect(unusedExports(files, all)).toEqual([])
  })

  test('the action does not contain the sandbox', () => {
    const reached = [...reachedFrom('action.ts', files)]
    expect(reached.filter(path => path.startsWith('sandbox/'))).toEqual([])
  })
})

describe('the GitHub double', () => {
  const double = users.filter(({ path }) => path.startsWith('../test/github-double/'))

  test('the double has at most 25 files in each folder', () => {
    expect(double.length).toBeGreaterThan(10)
    expect(crowdedFolders(double)).toEqual([])
  })

  test('the double shares no code with the modules that it checks', () =>
    expect(double.flatMap(wrongDoubleImports)).toEqual([]))

  test('the double may not import an adapter', () => {
    const path = '../test/github-double/server/bad.ts'
    const adapter = "import '../../../src/adapters/github/read/git-trees.ts'"
    expect(wrongDoubleImports(parseSource(path, adapter))).toHaveLength(1)
    const noun = "import '../../../src/domain/proof/git-history.ts'; import '../world.ts'"
    expect(wrongDoubleImports(parseSource(path, noun))).toEqual([])
  })
})

describe('an import', () => {
  const imports = (path: string, text: string) => wrongImports(parseSource(path, text))
  const core = 'domain, lib/source, lib/schema, lib/x509, lib/kubernetes, node:crypto'
  const sink = 'core/sink/bad.ts'

  test.each([
    [
      'of another core module',
      sink,
      "import { x } from '../policy/judge-policies.ts'",
      'core/sink',
      core,
    ],
    [
      'of a type of another core module',
      sink,
      "import type { X } from '../plan/x.ts'",
      'core/sink',
      core,
    ],
    ['that exports again', sink, "export { x } from '../plan/x.ts'", 'core/sink', core],
    ['of everything', sink, "export * from '../plan/x.ts'", 'core/sink', core],
    ['at run time', sink, "const x = await import('../plan/x.ts')", 'core/sink', core],
    ['inside a type', sink, "type X = import('../plan/x.ts').X", 'core/sink', core],
    ['over several lines', sink, "import {\n  x,\n} from '../plan/x.ts'", 'core/sink', core],
    [
      'of ports by a core module',
      'core/sink/secret-layout.ts',
      "import type { X } from '../../ports/clock-port.ts'",
      'core/sink',
      core,
    ],
    [
      'of disk by a core module',
      sink,
      "import { readFile } from 'node:fs/promises'",
      'core/sink',
      core,
    ],
    [
      'of another core module from a deeper folder',
      'core/request/own/bad.ts',
      "import '../../plan/x.ts'",
      'core/request',
      core,
    ],
    [
      'of anything by domain',
      'domain/bad.ts',
      "import { x } from '../lib/x509/der.ts'",
      'domain',
      'nothing',
    ],
    ['of a package by domain', 'domain/bad.ts', "import { z } from 'zod'", 'domain', 'nothing'],
    [
      'of yaml by lib/x509',
      'lib/x509/bad.ts',
      "import { x } from 'yaml'",
      'lib/x509',
      'domain, node-forge, node:crypto',
    ],
    [
      'of the rules by the sandbox',
      'sandbox/a/bad.ts',
      "import '../../lib/kubernetes/kubernetes-rules.ts'",
      'sandbox',
      'domain, lib/x509, *',
    ],
  ])('an import %s is refused', (_, path, text, area, may) => {
    const [problem, ...more] = imports(path, text)
    expect(problem).toContain(`${path} imports `)
    expect(problem).toContain(`; ${area} may import ${may}`)
    expect(more).toEqual([])
  })

  test('a refused import is reported with its file', () =>
    expect(imports('core/plan/bad.ts', "import '../policy/x.ts'")).toEqual([
      `core/plan/bad.ts imports core/policy/x.ts; core/plan may import ${core}, canonicalize`,
    ]))

  test.each([
    ['of the sandbox by the action', 'action.ts', "await import('./sandbox/start.ts')"],
    ['of the sandbox by entry', 'entry/exit-code.ts', "import '../sandbox/start.ts'"],
    ['of the sandbox by an adapter', 'adapters/bad.ts', "import '../sandbox/start.ts'"],
    [
      'of an adapter by a workflow',
      'workflows/bad.ts',
      "import '../adapters/system/system-clock.ts'",
    ],
    ['of entry by an adapter', 'adapters/bad.ts', "import '../entry/action/job-context.ts'"],
    ['in an unknown folder', 'stuff/bad.ts', ''],
  ])('an import %s is refused, too', (_, path, text) => expect(imports(path, text)).toHaveLength(1))

  test.each([
    [
      'of domain, libraries and neighbours',
      'core/plan/x.ts',
      "import '../../domain/cluster/plan-step.ts'; import './y.ts'; import '../../lib/x509/der.ts'",
    ],
    [
      'of ports by the files that call them',
      'core/cluster/create-approve-wait.ts',
      "import type { Clock } from '../../ports/clock-port.ts'",
    ],
    ['of the sandbox by the command line', 'cli.ts', "await import('./sandbox/start.ts')"],
    ['of a part of a package', 'lib/source/read-yaml.ts', "import 'yaml/util'"],
    [
      'in a comment or a string',
      'domain/x.ts',
      "// import '../plan/x.ts'\nconst x = \"import 'fs'\"",
    ],
  ])('an import %s is allowed', (_, path, text) => expect(imports(path, text)).toEqual([]))
})

test('a circle of imports is reported whole, and once', () => {
  const [one, two, three] = [
    ['a.ts', "import type { B } from './b.ts'"],
    ['b.ts', "import './c.ts'"],
    ['c.ts', "import './a.ts'"],
  ].map(([path = '', text = '']) => parseSource(path, text))
  const own = parseSource('d.ts', "import './d.ts'; import './a.ts'")
  expect(circles([one!, two!, three!, own])).toEqual([['a.ts', 'b.ts', 'c.ts'], ['d.ts']])
  expect(circles([one!, two!, parseSource('c.ts', '')])).toEqual([])
})

test('a folder of 26 files is refused, one of 25 is not, and its subfolders do not count', () => {
  const folder = Array.from({ length: 25 }, (_, at) => parseSource(`core/plan/x${at}.ts`, ''))
  expect(crowdedFolders([...folder, parseSource('core/plan/more/y.ts', '')])).toEqual([])
  expect(crowdedFolders([...folder, parseSource('core/plan/y.ts', '')])).toEqual([
    'core/plan holds 26 files; at most 25',
  ])
})

test('a second file of the same name is refused', () =>
  expect(repeatedNames([parseSource('a/x.ts', ''), parseSource('b/x.ts', '')])).toEqual([
    'a/x.ts and b/x.ts have the same name',
  ]))

describe('the core and the outside world', () => {
  const uses = (path: string, text: string) => wrongUses(parseSource(path, text))

  test.each([
    ['the clock', 'Date.now()'],
    ['the clock in an object', 'const now = new Date()'],
    ['the environment', "process.env['HOME']"],
    ['the terminal', 'console.log(1)'],
    ['the network', "await fetch('https://localhost')"],
    ['randomness', 'Math.random()'],
    ['strong randomness', "import { randomBytes } from 'node:crypto'"],
    ['a timer', 'setTimeout(() => {}, 1)'],
  ])('the core may not use %s', (_, text) => {
    expect(uses('core/plan/bad.ts', text)).toHaveLength(1)
    expect(uses('output/comment/bad.ts', text)).toHaveLength(1)
    expect(uses('adapters/fine.ts', text)).toEqual([])
  })

  test('the core may use a given time and name such things in strings', () =>
    expect(
      uses(
        'core/plan/fine.ts',
        "new Date(0); const hint = 'ends the process. Date.now()' // fetch()",
      ),
    ).toEqual([]))
})

describe('an export of src', () => {
  const unused = (text: string, path: string, user: string) =>
    unusedExports([parseSource('core/plan/x.ts', text)], [parseSource(path, user)])

  test.each([
    ['a function', 'export function x() {}'],
    ['an async function', 'export async function x() {}'],
    ['a class', 'export class x {}'],
    ['a constant', 'export const x = 1'],
  ])('an export of %s that no file imports is refused', (_, text) => {
    expect(unused(text, 'core/plan/y.ts', "import { y } from './x.ts'")).toEqual([
      'core/plan/x.ts exports x, which no other file imports',
    ])
    expect(unused(text, 'core/plan/y.ts', "import { x } from './other.ts'")).toHaveLength(1)
    expect(unused(text, '../test/unit/core/plan/x.test.ts', 'x()')).toHaveLength(1)
  })

  test.each([
    ['a neighbour', 'core/plan/y.ts', "import { x as y } from './x.ts'"],
    ['another folder', 'workflows/y.ts', "import * as all from '../core/plan/x.ts'; all.x()"],
    ['a file at run time', 'workflows/y.ts', "const { x } = await import('../core/plan/x.ts')"],
    ['a file that exports it again', 'core/plan/y.ts', "export { x } from './x.ts'"],
    [
      'a test',
      '../test/unit/core/plan/x.test.ts',
      "import { x } from '../../../../src/core/plan/x.ts'",
    ],
    ['a script', '../scripts/generate.mjs', 'const { x } = await import(`${ROOT}build/x.js`)'],
  ])('an export that %s imports is allowed', (_, path, user) =>
    expect(unused('export const x = 1', path, user)).toEqual([]),
  )

  test('an export of a type is not checked', () =>
    expect(unused('export type X = 1; export interface Y {}', 'core/plan/y.ts', '')).toEqual([]))
})

describe('a file of src', () => {
  test.each([
    'core/plan/utils.ts',
    'core/plan/index.ts',
    'core/plan/types.ts',
    'utils/text.ts',
    'core/plan/thisOne.ts',
  ])('a file named %s is refused', path =>
    expect(wrongShape(parseSource(path, ''))).toHaveLength(1),
  )

  test('a file of 261 lines is refused, and one of 260 is not', () => {
    expect(wrongShape(parseSource('core/plan/long.ts', '\n'.repeat(261)))).toHaveLength(1)
    expect(wrongShape(parseSource('core/plan/long.ts', '\n'.repeat(260)))).toEqual([])
  })

  test('a file is reached through several others', () => {
    const chain = [
      parseSource('action.ts', "import './entry/x.ts'"),
      parseSource('entry/x.ts', "await import('../sandbox/start.ts')"),
    ]
    expect(reachedFrom('action.ts', chain)).toContain('sandbox/start.ts')
  })
})
