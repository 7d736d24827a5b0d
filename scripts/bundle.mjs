// npm run bundle: src → build/ (tsc) → dist/ (ncc, then swc minifies every file). There is one bundle; dist/index.js is the
// action and dist/cli/index.js the command line, each a few lines that start their part. dist is built in another folder and then
// moved, so that no file of an earlier build remains. With --check nothing is moved: it prints the differences and fails.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { minify, parse } from '@swc/core'
import ncc from '@vercel/ncc'
import { installed, ROOT, runNode, runSteps } from './run.mjs'

const MEGABYTE = 1_000_000
const NAME = 'countersign.js'
const LICENSES = 'licenses.txt'
// Read at every start, and downloaded by users.
const LIMITS = { start: MEGABYTE / 50, all: 7 * MEGABYTE }
/** The entry points for GitHub and npm. */
const STUBS = [
  {
    path: 'index.js',
    text: `import { runAction } from './${NAME}'\nawait runAction()\n`,
    mode: 0o644,
  },
  {
    path: 'cli/index.js',
    text: `#!/usr/bin/env node\nimport { runCommandLine } from '../${NAME}'\nawait runCommandLine()\n`,
    mode: 0o755,
  },
]
/** Names stay, because errors show them. Compression only removes unused code: most of the Kubernetes client. */
const MINIFY = {
  module: true,
  compress: {
    defaults: false,
    unused: true,
    dead_code: true,
    module: true,
    keep_classnames: true,
    keep_fnames: true,
  },
  mangle: { keep_classnames: true, keep_fnames: true },
  format: { comments: false },
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const committed = join(ROOT, 'dist')
const aside = mkdtempSync(join(tmpdir(), 'countersign-dist-'))
const fresh = join(aside, 'dist')
try {
  const built = await build()
  const passed = built && isSmallEnough() && (values.check ? isSame() : putInPlace())
  process.exitCode = passed ? 0 : 1
} finally {
  rmSync(aside, { recursive: true, force: true })
}

async function build() {
  rmSync(join(ROOT, 'build'), { recursive: true, force: true })
  const compiled = await runSteps([
    {
      name: 'tsc',
      run: () => runNode([installed('typescript/bin/tsc'), '-p', 'tsconfig.build.json']),
    },
  ])
  return compiled && runSteps([{ name: 'ncc', run: bundle }])
}

/** ncc's own package.json stays: without it Node would not load the files as ES modules. */
async function bundle() {
  // Names of modules in the bundle derive from their paths below this folder.
  process.chdir(ROOT)
  const { code, assets, stats } = await ncc(join(ROOT, 'build/bundle.js'), {
    filename: NAME,
    license: LICENSES,
    cache: false,
    quiet: true,
  })
  write(NAME, await small(code))
  for (const [path, { source }] of Object.entries(assets))
    write(path, path.endsWith('.js') ? await small(String(source)) : source)
  for (const { path, text, mode } of STUBS) {
    write(path, text)
    chmodSync(join(fresh, path), mode)
  }
  return isLicensed(stats, String(assets[LICENSES].source)) ? 0 : 1
}

async function small(code) {
  const { code: short } = await minify(code, MINIFY)
  return `${await compiledAtOnce(short)}\n`
}

/**
 * Puts the function of each module in parentheses: V8 then compiles it with the file. Otherwise it parses it a second time when the
 * module runs, which is at once. ncc made arrows only of functions without `this`, so they can become functions again.
 */
async function compiledAtOnce(code) {
  const bytes = Buffer.from(code)
  const { body, span } = await parse(code, { syntax: 'ecmascript', target: 'es2022' })
  const text = (from, to) => bytes.subarray(from - span.start, to - span.start).toString()
  let [result, end] = ['', span.start]
  for (const { span: whole, type, body: block, params } of body.flatMap(modulesOf)) {
    const names = params.map(param => text(param.span.start, param.span.end))
    const head =
      type === 'ArrowFunctionExpression'
        ? `function(${names})`
        : text(whole.start, block.span.start)
    result += `${text(end, whole.start)}(${head}${text(block.span.start, whole.end)})`
    end = whole.end
  }
  return result + text(end, span.start + bytes.length)
}

/** The functions in `modules` of a part of the bundle, as `export const modules = { 1234: (a, b, c) => { … } }`. */
function modulesOf({ type, declaration }) {
  if (type !== 'ExportDeclaration') return []
  const modules = declaration.declarations?.find(({ id }) => id.value === 'modules')
  const functions = (modules?.init.properties ?? []).map(({ value }) => value)
  return functions.filter(({ async, body }) => !async && body.type === 'FunctionBody')
}

function write(path, content) {
  mkdirSync(dirname(join(fresh, path)), { recursive: true })
  writeFileSync(join(fresh, path), content)
}

/** Whether the list of licences has every package with a module in the bundle. */
function isLicensed(stats, licenses) {
  const { modules } = stats.toJson({
    all: false,
    modules: true,
    nestedModules: true,
    modulesSpace: Infinity,
    nestedModulesSpace: Infinity,
    groupModulesByType: false,
    cachedModules: true,
    ids: true,
  })
  const listed = new Set(licenses.split('\n'))
  const packages = new Set(namesOf(modules).flatMap(packageOf))
  const missing = [...packages].filter(name => !listed.has(name))
  for (const name of missing) console.log(`${LICENSES} does not list ${name}`)
  return packages.size > 0 && missing.length === 0
}

function namesOf(modules = []) {
  return modules.flatMap(module => [module.name ?? '', ...namesOf(module.modules)])
}

/** `./node_modules/@scope/name/file.js` is `@scope/name`. */
function packageOf(path) {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/ ]+)/.exec(path) ?? []
  return name === undefined ? [] : [name]
}

function isSmallEnough() {
  const size = file => statSync(join(fresh, file)).size
  const all = filesOf(fresh).reduce((sum, file) => sum + size(file), 0)
  const sizes = [
    { what: NAME, bytes: size(NAME), limit: LIMITS.start },
    { what: 'dist in all', bytes: all, limit: LIMITS.all },
  ]
  for (const { what, bytes, limit } of sizes) {
    const text = `${what}: ${(bytes / MEGABYTE).toFixed(2)} MB of at most ${limit / MEGABYTE} MB`
    console.log(bytes > limit ? `TOO LARGE  ${text}` : text)
  }
  return sizes.every(({ bytes, limit }) => bytes <= limit)
}

function isSame() {
  const names = [...new Set([...filesOf(fresh), ...filesOf(committed)])].toSorted((a, b) =>
    a < b ? -1 : 1,
  )
  const differing = names.filter(name => !sameFile(join(fresh, name), join(committed, name)))
  for (const name of differing) console.log(`dist/${name} is not what src makes`)
  console.log(
    differing.length === 0 ? 'dist is what src makes' : 'run "npm run bundle" and commit dist',
  )
  return differing.length === 0
}

function sameFile(one, other) {
  return existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other))
}

function putInPlace() {
  rmSync(committed, { recursive: true, force: true })
  cpSync(fresh, committed, { recursive: true })
  return true
}

/** Paths of all files below a folder, relative to it. */
function filesOf(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
