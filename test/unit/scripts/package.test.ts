// The package that people install: it has no dependencies, runs without anything else, and knows the commit of its release.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { makePackage } from '../../../scripts/package.mjs'
import { readyBinaries } from '../../control-plane/binaries.mjs'
import { ROOT, textOf } from '../../build/documents.ts'
import { VERSION } from '../../../src/domain/version.ts'
import { configText, policyText, requestText } from '../../build/request-text.ts'

const INSTALL_SECONDS = 60
const MOST_BYTES = 2_500_000

const COMMIT = '0123456789abcdef0123456789abcdef01234567'

const home = mkdtempSync(join(tmpdir(), 'countersign-package-test-'))
const installed = join(home, 'node_modules')
/** No settings of this machine and no network: no server answers at the address of the registry. */
const env = {
  PATH: process.env['PATH'],
  HOME: home,
  npm_config_cache: join(home, 'cache'),
  npm_config_registry: 'http://127.0.0.1:1',
}

let file = ''

beforeAll(() => {
  file = makePackage(home, COMMIT)
  writeFileSync(join(home, 'package.json'), '{}')
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', file], { cwd: home, env })
}, INSTALL_SECONDS * 1000)

afterAll(() => rmSync(home, { recursive: true }))

describe('the installed package', () => {
  test('the installed package is the only one', () => {
    const names = readdirSync(installed).filter(name => !name.startsWith('.'))
    expect(names).toEqual(['countersign'])
    expect(readdirSync(join(installed, 'countersign'))).not.toContain('node_modules')
  })

  test('the installed package can be published, has no dependencies and runs no script', () => {
    const path = join(installed, 'countersign/package.json')
    const { name, version, bin, engines, repository, ...more } = JSON.parse(
      readFileSync(path, 'utf8'),
    )
    expect({ name, version, bin, engines }).toEqual({
      name: 'countersign',
      version: VERSION,
      bin: { countersign: 'dist/cli/index.js', 'kubectl-countersign': 'dist/cli/index.js' },
      engines: { node: '>=20.19' },
    })
    // npm compares it with the repository that the provenance names.
    expect(repository.url).toBe('git+https://github.com/countersign/countersign.git')
    expect(
      Object.keys(more).filter(member => /dependencies|scripts|overrides|private/i.test(member)),
    ).toEqual([])
  })

  test('the installed package prints its version and its help', () => {
    expect(countersign(home, '--version')).toBe(`${VERSION}\n`)
    expect(countersign(home, '--help')).toContain('Usage: countersign <command> [flags]')
  })

  test('the installed package holds the committed files that package.json lists', () => {
    const { files } = JSON.parse(textOf('package.json'))
    const listed = lines('git', [
      'ls-files',
      '--',
      ...files,
      'package.json',
      'README.md',
      'LICENSE',
    ])
    const packed = lines('tar', ['-tzf', file]).map(name => name.replace('package/', ''))
    const isCode = (name: string): boolean => name.startsWith('dist/')
    expect(packed.filter(name => !isCode(name))).toEqual(listed.filter(name => !isCode(name)))
    expect(packed).toContain('dist/cli/index.js')
    expect(statSync(file).size).toBeLessThan(MOST_BYTES)
  })

  test('npx runs the package in a folder that holds nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-npx-test-'))
    copyFileSync(file, join(folder, 'countersign.tgz'))
    const args = ['--yes', '--offline', './countersign.tgz', '--version']
    expect(execFileSync('npx', args, { cwd: folder, env, encoding: 'utf8' })).toBe(`${VERSION}\n`)
    rmSync(folder, { recursive: true })
  })

  test('init of the installed package pins the action to the commit of the release', () => {
    const folder = mkdtempSync(join(home, 'init-'))
    execFileSync('git', ['init', '--quiet', folder])
    countersign(folder, 'init', '--cluster', 'prod', '--owners', 'owner=1001')
    const workflow = readFileSync(join(folder, '.github/workflows/countersign.yml'), 'utf8')
    const pins = workflow.split('\n').filter(line => line.includes('uses: countersign/'))
    const pinned = `    - uses: countersign/countersign@${COMMIT} # v${VERSION}`
    expect(pins).toEqual([pinned, pinned])
  })

  test('the installed package validates a repository', () => {
    const names = { owner: 'test', namespace: 'apps' }
    const files = {
      'countersign.yaml': configText(names),
      'policies/everybody.yaml': policyText('apps'),
      'requests/jane.yaml': requestText({ name: 'jane' }),
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(home, 'repository', path, '..'), { recursive: true })
      writeFileSync(join(home, 'repository', path), text)
    }
    expect(countersign(join(home, 'repository'), 'validate')).toBe(
      'OK: 1 request, 1 policy, 1 configuration\n',
    )
  })
})

const kubectl = readyBinaries()?.kubectl ?? ''
const testWithKubectl = kubectl === '' ? test.skip : test

testWithKubectl('kubectl runs the installed package as its plugin', () => {
  const path = `${join(installed, '.bin')}:${env.PATH ?? ''}`
  const options = { env: { ...env, PATH: path }, encoding: 'utf8' } as const
  expect(execFileSync(kubectl, ['countersign', '--version'], options)).toBe(`${VERSION}\n`)
})

test('a commit that is not complete makes no package', () => {
  const folder = mkdtempSync(join(home, 'refused-'))
  expect(() => makePackage(folder, 'v0.1.0')).toThrow('v0.1.0 is not a full commit id')
  expect(readdirSync(folder)).toEqual([])
})

test('npm does not publish the repository itself', () => {
  const args = ['publish', '--offline', '--//127.0.0.1:1/:_authToken=none']
  const ran = spawnSync('npm', args, { cwd: ROOT, env })
  expect([ran.status, ran.stderr.toString()]).toEqual([1, expect.stringContaining('EPRIVATE')])
})

/** The Dockerfile is followed in a folder: no container engine is needed, and the base image is not looked at. */
test('the image has the installed package, and runs it without root rights', () => {
  const text = textOf('Dockerfile')
  const at = mkdtempSync(join(home, 'image-'))
  mkdirSync(join(at, 'package'))
  const [source = '', copy = ''] = /^COPY (\S+) \/(\S+)$/m.exec(text)?.slice(1) ?? []
  expect(source).toBe('countersign.tgz')
  copyFileSync(file, join(at, copy))
  const step = /^RUN (.+)$/m.exec(text)?.[1] ?? ''
  const [program = '', ...args] = step.replaceAll(' /package/', ` ${at}/package/`).split(' ')
  execFileSync(program, args, { cwd: at, env })
  const final = text.slice(text.lastIndexOf('\nFROM '))
  const [from = '', to] = /^COPY --from=package \/(\S+) (\S+)$/m.exec(final)?.slice(1) ?? []
  expect(to).toBe('/usr/local')
  const [entry = ''] = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(final)?.[1] ?? '[]')
  const ran = execFileSync(join(at, from, 'bin', entry), ['--version'], { env, encoding: 'utf8' })
  expect(ran).toBe(`${VERSION}\n`)
  expect(readdirSync(join(at, from, 'lib/node_modules'))).toEqual(['countersign'])
  expect(final).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m)
  expect(text).toMatch(/^FROM \S+:[\w.-]+@sha256:[0-9a-f]{64} AS base$/m)
  expect(text.match(/^FROM (.+)$/gm)?.slice(1)).toEqual([
    'FROM --platform=$BUILDPLATFORM base AS package',
    'FROM base',
  ])
})

function lines(program: string, args: readonly string[]): readonly string[] {
  const text = execFileSync(program, args, { cwd: ROOT, encoding: 'utf8' })
  return text.trim().split('\n').toSorted()
}

function countersign(cwd: string, ...args: readonly string[]): string {
  return execFileSync(join(installed, '.bin/countersign'), args, { cwd, env, encoding: 'utf8' })
}
