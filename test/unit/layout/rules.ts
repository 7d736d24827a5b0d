// The import rule as data: what each folder of src may import and use. docs/contributing/architecture.md explains it.
import { posix } from 'node:path'
import type { SourceFile } from './source-files.ts'
import { resolveImport } from './source-files.ts'

const LIBRARIES = ['lib/source', 'lib/schema', 'lib/x509', 'lib/kubernetes']
const CORE_MODULES = [
  'core/request',
  'core/config',
  'core/policy',
  'core/plan',
  'core/access',
  'core/control',
  'core/approval',
  'core/cluster',
  'core/certificate',
  'core/sink',
  'core/pending',
  'core/audit',
]
const VIEWS = ['output', 'setup']
const PRODUCT = [
  'domain',
  ...LIBRARIES,
  ...CORE_MODULES,
  ...VIEWS,
  'ports',
  'workflows',
  'adapters',
  'entry',
]

interface Allowance {
  /** Other areas of src. */
  readonly areas: readonly string[]
  /** Packages and parts of Node; `*` is any. */
  readonly packages: readonly string[]
}

/** Hashing is the only part of Node that the core uses: no clock, no disk, no network, no randomness. */
const PURE: Allowance = { areas: ['domain', ...LIBRARIES], packages: ['node:crypto'] }

const ALLOWED: Readonly<Record<string, Allowance>> = {
  domain: { areas: [], packages: [] },
  'lib/source': { areas: ['domain'], packages: ['yaml'] },
  'lib/schema': { areas: ['domain', 'lib/source'], packages: ['zod'] },
  'lib/x509': { areas: ['domain'], packages: ['node-forge', 'node:crypto'] },
  'lib/kubernetes': { areas: ['domain', 'lib/x509'], packages: [] },
  ...Object.fromEntries(CORE_MODULES.map(module => [module, PURE])),
  // The schemas of files that people write; lib/schema reads a file by one.
  'core/request': { ...PURE, packages: ['node:crypto', 'zod'] },
  'core/config': { ...PURE, packages: ['node:crypto', 'zod'] },
  // RFC 8785 for the digest of the effective request.
  'core/plan': { ...PURE, packages: ['node:crypto', 'canonicalize'] },
  // RFC 8785 for the digest of a role's rules.
  'core/access': { ...PURE, packages: ['node:crypto', 'canonicalize'] },
  // RFC 8785 for the digest of evidence.
  'core/approval': { ...PURE, packages: ['node:crypto', 'canonicalize', 'diff'] },
  // CEL, with the regular expressions of CEL, and the schema of policy files.
  'core/pending': { ...PURE, packages: ['node:crypto', 'zod'] },
  'core/policy': { ...PURE, packages: ['node:crypto', 'zod', '@marcbachmann/cel-js', 're2js'] },
  // Both write YAML for people and kubectl; lib/source reads it.
  output: { ...PURE, packages: ['node:crypto', 'yaml'] },
  setup: { ...PURE, packages: ['node:crypto', 'yaml'] },
  ports: { areas: ['domain'], packages: [] },
  workflows: {
    areas: ['domain', ...LIBRARIES, ...CORE_MODULES, ...VIEWS, 'ports'],
    packages: [],
  },
  adapters: { areas: ['domain', ...LIBRARIES, 'ports'], packages: ['*'] },
  // Its signer is a second opinion on lib/kubernetes, so it must not share its code.
  sandbox: { areas: ['domain', 'lib/x509'], packages: ['*'] },
  // Opens the adapters, runs a workflow, prints the result.
  entry: { areas: PRODUCT, packages: ['*'] },
  'action.ts': { areas: PRODUCT, packages: ['*'] },
  'cli.ts': { areas: [...PRODUCT, 'sandbox'], packages: ['*'] },
  'bundle.ts': { areas: ['action.ts', 'cli.ts'], packages: [] },
}

/** The only files of the core that call ports. */
const PORT_USERS = new Set([
  'core/cluster/draft-attempt.ts',
  'core/cluster/create-approve-wait.ts',
  'core/sink/deliver-credential.ts',
])

const CORE = new Set(['domain', ...LIBRARIES, ...CORE_MODULES, ...VIEWS])
/** Clock, randomness and the outside world are arguments of the core. */
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

const LONGEST = 260
/** Longer files, each with the reason why it is one noun. */
const LONG: Readonly<Record<string, string>> = { 'domain/problem-codes.ts': 'one table' }
/** Files directly in one folder. */
const MOST_FILES = 25

/** dist/index.js and dist/cli/index.js call what it exports (scripts/bundle.mjs). */
const STARTED_BY_DIST = 'bundle.ts'

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*\.ts$/
const EMPTY_NAMES = new Set(['index.ts', 'types.ts', 'utils.ts', 'helpers.ts', 'common.ts'])
const EMPTY_FOLDERS = new Set(['utils', 'helpers', 'common', 'misc'])

/** One sentence for each import that the rule does not allow. */
export function wrongImports(file: SourceFile): readonly string[] {
  const area = areaOf(file.path)
  const allowance = ALLOWED[file.path] ?? ALLOWED[area]
  if (allowance === undefined)
    return [`${file.path} is in a folder that test/unit/layout/rules.ts does not know`]
  const areas = PORT_USERS.has(file.path) ? [...allowance.areas, 'ports'] : allowance.areas
  return file.imports
    .filter(specifier => !isAllowed(specifier, file.path, area, { ...allowance, areas }))
    .map(specifier => {
      const target = isRelative(specifier) ? resolveImport(file.path, specifier) : specifier
      const may = [...areas, ...allowance.packages].join(', ') || 'nothing'
      return `${file.path} imports ${target}; ${area} may import ${may}`
    })
}

/** One sentence for each use of clock, randomness or the outside world in the core. */
export function wrongUses(file: SourceFile): readonly string[] {
  const area = areaOf(file.path)
  if (!CORE.has(area)) return []
  return FORBIDDEN.filter(name => file.uses.has(name)).map(
    name =>
      `${file.path} uses ${name}; clock, randomness and the outside world are arguments in ${area}`,
  )
}

/** One sentence for each folder that holds more files than a reader can scan. */
export function crowdedFolders(files: readonly SourceFile[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { path } of files)
    counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > MOST_FILES)
    .map(([folder, count]) => `${folder} holds ${count} files; at most ${MOST_FILES}`)
}

/** One sentence for each name of a file that exists more than once. Ports have the name of what they give. */
export function repeatedNames(files: readonly SourceFile[]): readonly string[] {
  const paths = new Map<string, readonly string[]>()
  for (const { path } of files) {
    const name = posix.basename(path)
    paths.set(name, [...(paths.get(name) ?? []), path])
  }
  return [...paths.values()]
    .filter(each => each.length > 1)
    .map(each => `${each.join(' and ')} have the same name`)
}

/** The double is a second opinion on the adapters and on core/approval, so it must not share their code. */
export function wrongDoubleImports(file: SourceFile): readonly string[] {
  const isDouble = (path: string): boolean => path.startsWith('../test/github-double/')
  if (!isDouble(file.path)) return []
  return file.imports
    .filter(isRelative)
    .map(specifier => resolveImport(file.path, specifier))
    .filter(
      target => !isDouble(target) && !['domain', 'lib/x509', 'sandbox'].includes(areaOf(target)),
    )
    .map(target => `${file.path} imports ${target}; it may import domain, lib/x509, sandbox`)
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

/** One sentence for each export that no other file imports and names. Scripts load the built files: there the name is enough. */
export function unusedExports(
  files: readonly SourceFile[],
  others: readonly SourceFile[],
): readonly string[] {
  const scripts = others.filter(({ path }) => path.startsWith('../scripts/'))
  const importers = new Map<string, SourceFile[]>()
  for (const other of others)
    for (const path of new Set(other.imports.map(each => resolveImport(other.path, each))))
      importers.set(path, [...(importers.get(path) ?? []), other])
  return files.flatMap(({ path, exports }) => {
    if (path === STARTED_BY_DIST) return []
    const takers = [...scripts, ...(importers.get(path) ?? [])]
    return exports
      .filter(name => !takers.some(({ uses }) => uses.has(name)))
      .map(name => `${path} exports ${name}, which no other file imports`)
  })
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

/** Every file that running `entry` can load; `follow` says by which of the imports of a file. */
export function reachedFrom(
  entry: string,
  files: readonly SourceFile[],
  follow: 'imports' | 'loads' = 'imports',
): ReadonlySet<string> {
  const byPath = new Map(files.map(file => [file.path, file]))
  const reached = new Set<string>()
  const open = [entry]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    const from = path
    const next = byPath.get(from)?.[follow].filter(isRelative) ?? []
    open.push(...next.map(specifier => resolveImport(from, specifier)))
  }
  return reached
}

function isAllowed(specifier: string, from: string, area: string, allowance: Allowance): boolean {
  if (!isRelative(specifier))
    return allowance.packages.includes('*') || allowance.packages.includes(packageOf(specifier))
  const target = areaOf(resolveImport(from, specifier))
  return target === area || allowance.areas.includes(target)
}

/** `core/plan` and `lib/x509` are areas of their own; elsewhere the first folder is. */
function areaOf(path: string): string {
  const [first = path, second, ...rest] = path.split('/')
  if (second === undefined) return path
  return (first === 'core' || first === 'lib') && rest.length > 0 ? `${first}/${second}` : first
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.')
}

export function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier)
}
