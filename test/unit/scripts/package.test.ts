// The package that people install: it has no dependencies, and runs without anything else.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { makePackage } from '../../../scripts/package.mjs'
import { VERSION } from '../../../src/domain/version.ts'
import { configText, policyText, requestText } from '../../build/request-text.ts'

const INSTALL_SECONDS = 60

const home = mkdtempSync(join(tmpdir(), 'countersign-package-test-'))
const installed = join(home, 'node_modules')
/** No settings of this machine and no network: no server answers at the address of the registry. */
const env = {
  PATH: process.env['PATH'],
  HOME: home,
  npm_config_cache: join(home, 'cache'),
  npm_config_registry: 'http://127.0.0.1:1',
}

beforeAll(() => {
  const file = makePackage(home)
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

  test('the installed package has no dependencies and runs no script', () => {
    const path = join(installed, 'countersign/package.json')
    const { name, version, bin, engines, ...more } = JSON.parse(readFileSync(path, 'utf8'))
    expect({ name, version, bin, engines }).toEqual({
      name: 'countersign',
      version: VERSION,
      bin: { countersign: 'dist/cli/index.js' },
      engines: { node: '>=20.19' },
    })
    expect(
      Object.keys(more).filter(member => /dependencies|scripts|overrides/i.test(member)),
    ).toEqual([])
  })

  test('the installed package prints its version and its help', () => {
    expect(countersign(home, '--version')).toBe(`${VERSION}\n`)
    expect(countersign(home, '--help')).toContain('Usage: countersign <command> [flags]')
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

function countersign(cwd: string, ...args: readonly string[]): string {
  return execFileSync(join(installed, '.bin/countersign'), args, { cwd, env, encoding: 'utf8' })
}
