// The modules that each command loads: by the imports of its source, and for the small ones by watching a run. What only
// some runs need is imported later, and is not in these lists.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { testWhole } from '../../build/extent.ts'
import { CREDENTIAL, cacheCredential } from '../../build/cached-credential.ts'
import { configText, policyText, requestText } from '../../build/request-text.ts'
import { packageOf, reachedFrom } from '../layout/rules.ts'
import { readSource, resolveImport, ROOT } from '../layout/source-files.ts'
import type { SourceFile } from '../layout/source-files.ts'

const files = readSource()
const byPath: ReadonlyMap<string, SourceFile> = new Map(files.map(file => [file.path, file]))

const BEFORE_COMMANDS = ['cli.ts', 'entry/command-line.ts', 'entry/command-context.ts']
const READS_FILES = ['node-forge', 'yaml', 'zod']
const COMPARES = ['canonicalize', ...READS_FILES]
const PLANS = ['canonicalize', 'diff', 'node-forge', 'yaml', 'zod']
/** Rights and guard are compared with those under changed rules, and apply looks whether the guard protects the records. */
const OF_A_PLAN = ['issue', 'plan', 'prove', 'setup', 'validate', 'withdraw']

/** File of the command → packages and workflows. */
const COMMANDS: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  'validate-command': [READS_FILES, ['validate']],
  'import-command': [COMPARES, ['import', 'validate']],
  'import-nodes-command': [READS_FILES, ['import', 'validate']],
  'plan-command': [PLANS, OF_A_PLAN],
  'apply-command': [PLANS, OF_A_PLAN],
  'apply-pull-mode': [PLANS, OF_A_PLAN],
  'status-command': [PLANS, OF_A_PLAN],
  'audit-command': [PLANS, [...OF_A_PLAN, 'audit']],
  'revoke-command': [READS_FILES, ['plan', 'revoke', 'validate']],
  'emergency-command': [READS_FILES, ['control', 'validate']],
  'restore-command': [READS_FILES, ['doctor', 'plan', 'revoke', 'setup', 'validate']],
  'policy-command': [READS_FILES, ['decide', 'pending', 'validate']],
  'prove-command': [PLANS, ['plan', 'prove', 'validate', 'withdraw']],
  'csr-command': [READS_FILES, ['decide', 'pending', 'validate']],
  'inspect-command': [READS_FILES, ['inspect', 'validate']],
  'kubeconfig-command': [READS_FILES, ['setup', 'validate']],
  'bootstrap-command': [
    ['diff', ...READS_FILES],
    ['bootstrap', 'doctor', 'plan', 'revoke', 'setup', 'validate'],
  ],
  'controller-command': [
    [...PLANS, 'prom-client'].toSorted(),
    ['control', 'decide', 'pending', ...OF_A_PLAN].toSorted(),
  ],
  'credential-command': [[], ['setup']],
  'init-command': [['diff', 'node-forge', 'yaml', 'zod'], ['validate']],
  'new-command': [READS_FILES, ['import', 'validate']],
  'rekey-command': [READS_FILES, ['import', 'validate']],
  'manifests-command': [READS_FILES, ['revoke', 'setup', 'validate']],
  'doctor-command': [
    ['diff', ...READS_FILES],
    ['doctor', 'plan', 'revoke', 'setup', 'validate'],
  ],
  'sandbox-command': [[], []],
  'completion-command': [[], []],
}

describe('modules by imports', () => {
  test('each command of the table is listed here, and none is loaded with another', () => {
    const tables = files.filter(({ path }) => path.startsWith('entry/table/'))
    const loaded = tables.flatMap(({ path, imports, loads }) => {
      return imports
        .filter(specifier => !loads.includes(specifier))
        .map(specifier => resolveImport(path, specifier))
        .flatMap(target => /^entry\/commands\/(?:.*\/)?(.*)\.ts$/.exec(target)?.[1] ?? [])
    })
    expect([...new Set(loaded)].toSorted()).toEqual(Object.keys(COMMANDS).toSorted())
  })

  test.each(Object.entries(COMMANDS))('%s loads these packages and workflows', (name, lists) => {
    const [path = ''] = files.flatMap(file => (file.path.endsWith(`/${name}.ts`) ? file.path : []))
    const loaded = loadedFrom(path)
    expect([packagesOf(loaded), workflowsOf(loaded)]).toEqual([lists[0], [...lists[1]].toSorted()])
  })

  test('only commander is loaded before a command runs', () => {
    const loaded = loadedFrom(...BEFORE_COMMANDS)
    expect([packagesOf(loaded), workflowsOf(loaded)]).toEqual([['commander'], []])
    expect(packagesOf(loadedFrom('cli.ts'))).toEqual([])
  })

  test('the action loads only one of its jobs', () => {
    const entry = loadedFrom('action.ts')
    expect(packagesOf(entry)).toEqual(['@actions/core', 'zod'])
    expect(workflowsOf(entry)).toEqual([])
    for (const job of ['plan', 'apply']) {
      const loaded = loadedFrom(`entry/action/${job}-job.ts`)
      expect(packagesOf(loaded)).toEqual(PLANS)
      expect(workflowsOf(loaded)).toEqual(OF_A_PLAN)
    }
  })
})

describe('modules at run time', () => {
  test('--version loads the entry point, the exit codes, the version and the compile cache', () =>
    expect(runs('--version')).toEqual([
      'src/cli.ts',
      'src/domain/version.ts',
      'src/entry/compile-cache.ts',
      'src/entry/exit-code.ts',
    ]))

  test('--help loads commander and the modules that write the help', () => {
    const loaded = runs('--help')
    expect(loaded.filter(each => !each.startsWith('src/'))).toEqual(['commander'])
    const allowed = [...loadedFrom('cli.ts', 'entry/command-line.ts')].map(path => `src/${path}`)
    expect(allowed).toEqual(expect.arrayContaining(loaded.filter(each => each !== 'commander')))
  })

  test('credential with a good certificate in the cache loads no package', async () => {
    const home = mkdtempSync(join(tmpdir(), 'countersign-home-'))
    try {
      await cacheCredential(home)
      expect(packagesIn(runs(CREDENTIAL, {}, { HOME: home }))).toEqual([])
    } finally {
      rmSync(home, { recursive: true })
    }
  })

  testWhole('validate of one request loads its reader, and neither CEL nor a client', async () =>
    expect(packagesIn(runs('validate'))).toEqual(['commander', 'node-forge', 'yaml', 'zod']),
  )

  const rules = {
    'countersign.yaml': configText({ owner: 'test', namespace: 'apps' }),
    'policies/everybody.yaml': policyText('apps'),
  }

  testWhole('validate with a policy loads CEL, too', async () => {
    expect(packagesIn(runs('validate', rules))).toEqual([
      '@marcbachmann/cel-js',
      'commander',
      'node-forge',
      're2js',
      'yaml',
      'zod',
    ])
  })

  testWhole('revoke with a policy loads no CEL, also if no cluster can be read', async () => {
    const loaded = packagesIn(runs(['revoke', 'jane', '--yes'], rules, {}, 1))
    expect(loaded).toEqual(['commander', 'node-forge', 'yaml', 'zod'])
  })
})

/** The members that defaults of a configuration would have. */
const WHOLE = [
  'signerName: kubernetes.io/kube-apiserver-client',
  'usages: [digital signature, client auth]',
  'duration: 24h',
  'sinks: [{secret: {namespace: apps, name: jane-tls}}]',
]

function loadedFrom(...entries: readonly string[]): ReadonlySet<string> {
  return new Set(entries.flatMap(entry => [...reachedFrom(entry, files, 'loads')]))
}

function packagesOf(loaded: ReadonlySet<string>): readonly string[] {
  const specifiers = [...loaded].flatMap(path => byPath.get(path)!.loads)
  return sorted(specifiers.filter(each => !/^\.|^node:/.test(each)).map(packageOf))
}

function workflowsOf(loaded: ReadonlySet<string>): readonly string[] {
  return sorted([...loaded].flatMap(path => /^workflows\/(\w+)\//.exec(path)?.[1] ?? []))
}

function packagesIn(loaded: readonly string[]): readonly string[] {
  return loaded.filter(each => !each.startsWith('src/'))
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted()
}

/** The modules that Node loads for a command in a folder with one request and these files: packages, and files as `src/…`. */
function runs(
  command: string | readonly string[],
  more: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
  status = 0,
): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-loaded-'))
  const list = join(folder, 'loaded')
  try {
    const request = requestText({ name: 'jane', more: WHOLE })
    const written = { loaded: '', 'requests/jane.yaml': request, ...more }
    for (const [path, text] of Object.entries(written)) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const hooks = ['scripts/typescript.mjs', 'test/build/loaded-modules.mjs']
    const preload = hooks.flatMap(name => ['--import', pathToFileURL(join(ROOT, name)).href])
    const ran = spawnSync(
      process.execPath,
      [...preload, join(ROOT, 'src/cli.ts'), ...[command].flat()],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'], LOADED_MODULES: list, NODE_NO_WARNINGS: '1', ...env },
        encoding: 'utf8',
      },
    )
    expect(ran).toMatchObject({ status, stderr: '' })
    return sorted(readFileSync(list, 'utf8').split('\n').flatMap(nameOf))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Builtins, and the two hooks themselves, do not belong to the command. */
function nameOf(url: string): readonly string[] {
  if (!url.startsWith('file:')) return []
  const path = relative(ROOT, new URL(url).pathname)
  const inside = path.lastIndexOf('node_modules/')
  if (inside >= 0) return [packageOf(path.slice(inside + 'node_modules/'.length))]
  return path.startsWith('src/') ? [path] : []
}
