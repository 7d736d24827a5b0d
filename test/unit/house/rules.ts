// The rules of the house as data: what each folder of src may import and do. docs/architecture.md tells why.
import type { SourceFile } from './source-files.ts'
import { resolveImport } from './source-files.ts'

const TOOLBOXES = ['source', 'x509', 'kubernetes']
const ROOMS = [
  'request',
  'config',
  'policy',
  'plan',
  'approval',
  'cluster',
  'certificate',
  'sink',
  'report',
]
const OPEN = ['domain', ...TOOLBOXES, ...ROOMS, 'ports', 'flow', 'adapters', 'commands', 'doors']

interface Allowance {
  /** Folders of src besides the file's own. */
  readonly folders: readonly string[]
  /** Packages and parts of Node; `*` is any. */
  readonly packages: readonly string[]
}

/** Hashing is the one thing of Node's that rooms use: no clock, no disk, no network, no chance. */
const ROOM: Allowance = { folders: ['domain', ...TOOLBOXES], packages: ['node:crypto'] }

const ALLOWED: Readonly<Record<string, Allowance>> = {
  domain: { folders: [], packages: [] },
  source: { folders: ['domain'], packages: ['yaml', 'zod'] },
  x509: { folders: ['domain'], packages: ['node-forge', 'node:crypto'] },
  kubernetes: { folders: ['domain', 'x509'], packages: [] },
  ...Object.fromEntries(ROOMS.map(room => [room, ROOM])),
  // RFC 8785 for the digest of what a request means.
  plan: { ...ROOM, packages: ['node:crypto', 'canonicalize'] },
  // RFC 8785 for the digest of evidence.
  approval: { ...ROOM, packages: ['node:crypto', 'canonicalize', 'diff'] },
  // CEL, with the regular expressions that CEL means.
  policy: { ...ROOM, packages: ['node:crypto', '@marcbachmann/cel-js', 're2js'] },
  // Writes YAML for people and kubectl; reading it is source's.
  report: { ...ROOM, packages: ['node:crypto', 'yaml'] },
  ports: { folders: ['domain'], packages: [] },
  flow: { folders: ['domain', ...TOOLBOXES, ...ROOMS, 'ports'], packages: [] },
  adapters: { folders: ['domain', ...TOOLBOXES, 'ports'], packages: ['*'] },
  // Its signer is a second opinion on kubernetes/, so it must not share its code.
  sandbox: { folders: ['domain', 'x509'], packages: ['*'] },
  // Commands and doors know the stories and the adapters, and join them.
  commands: { folders: OPEN, packages: ['*'] },
  doors: { folders: OPEN, packages: ['*'] },
  'cli.ts': { folders: [...OPEN, 'sandbox'], packages: ['*'] },
}

/** The only files of rooms that talk to the world, through ports. */
const PORT_USERS = new Set(['cluster/draft.ts', 'cluster/settle.ts', 'sink/deliver.ts'])

const CORE = new Set(['domain', ...TOOLBOXES, ...ROOMS])
/** Clock, chance and the world are arguments of the core, never reached for. */
const FORBIDDEN = [
  'Date.now',
  'new Date()',
  'performance',
  'process',
  'console',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'Math.random',
  'randomBytes',
  'randomInt',
  'randomUUID',
  'randomFillSync',
  'getRandomValues',
  'webcrypto',
  'generateKeyPairSync',
  'generateKeyPair',
  'generateKeySync',
]

const LONGEST = 250
/** Longer files, each with the reason why it is one noun all the same. */
const LONG: Readonly<Record<string, string>> = { 'domain/codes.ts': 'one table' }

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*\.ts$/
const EMPTY_NAMES = new Set(['index.ts', 'types.ts', 'utils.ts', 'helpers.ts', 'common.ts'])
const EMPTY_FOLDERS = new Set(['utils', 'helpers', 'common', 'lib', 'misc'])

/** One sentence for each import that the house does not allow. */
export function wrongImports(file: SourceFile): readonly string[] {
  const area = areaOf(file.path)
  const allowance = ALLOWED[file.path] ?? ALLOWED[area]
  if (allowance === undefined)
    return [`${file.path} stands in a folder that test/unit/house/rules.ts does not know`]
  const folders = PORT_USERS.has(file.path) ? [...allowance.folders, 'ports'] : allowance.folders
  return file.imports
    .filter(specifier => !isAllowed(specifier, file.path, area, { ...allowance, folders }))
    .map(specifier => {
      const target = isRelative(specifier) ? resolveImport(file.path, specifier) : specifier
      const may = [...folders, ...allowance.packages].join(', ') || 'nothing'
      return `${file.path} imports ${target}; ${area} may import ${may}`
    })
}

/** One sentence for each use of clock, chance or the world in the core. */
export function wrongUses(file: SourceFile): readonly string[] {
  if (!CORE.has(areaOf(file.path))) return []
  return FORBIDDEN.filter(name => file.uses.has(name)).map(
    name =>
      `${file.path} uses ${name}; clock, chance and the world are arguments in ${areaOf(file.path)}`,
  )
}

/** What is wrong with the name or the length of a file. */
export function wrongShape(file: SourceFile): readonly string[] {
  const folders = file.path.split('/')
  const name = folders.pop() ?? ''
  const problems: string[] = []
  if (
    !NAME.test(name) ||
    EMPTY_NAMES.has(name) ||
    folders.some(folder => EMPTY_FOLDERS.has(folder))
  )
    problems.push(`${file.path} is not named after what it holds, in kebab-case`)
  if (file.lines > LONGEST && LONG[file.path] === undefined)
    problems.push(
      `${file.path} has ${file.lines} lines, which is usually two nouns; at most ${LONGEST}`,
    )
  return problems
}

/** One sentence for each export that no other file imports and names. Scripts load what was built: there the name is enough. */
export function unusedExports(file: SourceFile, others: readonly SourceFile[]): readonly string[] {
  const takers = others.filter(
    ({ path, imports }) =>
      path.startsWith('../scripts/') ||
      imports.some(specifier => resolveImport(path, specifier) === file.path),
  )
  return file.exports
    .filter(name => !takers.some(({ uses }) => uses.has(name)))
    .map(name => `${file.path} exports ${name}, which no other file imports`)
}

/** Files that import each other, types included: each circle once, sorted. */
export function circles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const reached = new Map(files.map(({ path }) => [path, reachedFrom(path, files)]))
  const found = new Map<string, readonly string[]>()
  for (const { path, imports } of files) {
    const around = [...(reached.get(path) ?? [])].filter(
      other => other !== path && reached.get(other)?.has(path) === true,
    )
    const isOwn = imports.some(each => isRelative(each) && resolveImport(path, each) === path)
    const circle = [path, ...around].sort()
    if (around.length > 0 || isOwn) found.set(circle.join(' '), circle)
  }
  return [...found.values()]
}

/** Every file that running `door` can load. */
export function reachedFrom(door: string, files: readonly SourceFile[]): ReadonlySet<string> {
  const byPath = new Map(files.map(file => [file.path, file]))
  const reached = new Set<string>()
  const open = [door]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    const from = path
    const next = byPath.get(from)?.imports.filter(isRelative) ?? []
    open.push(...next.map(specifier => resolveImport(from, specifier)))
  }
  return reached
}

function isAllowed(specifier: string, from: string, area: string, allowance: Allowance): boolean {
  if (!isRelative(specifier))
    return allowance.packages.includes('*') || allowance.packages.includes(packageOf(specifier))
  const target = areaOf(resolveImport(from, specifier))
  return target === area || allowance.folders.includes(target)
}

/** The folder of a file; `doors` for the files at the top of src. */
function areaOf(path: string): string {
  const slash = path.indexOf('/')
  return slash === -1 ? 'doors' : path.slice(0, slash)
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.')
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier)
}
