// On which machine and with which versions a benchmark ran.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Machine } from './report.ts'

const ROOT = join(import.meta.dirname, '../..')

export function thisMachine(): Machine {
  const [first] = cpus()
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
  }
}

export function versions(): Readonly<Record<string, string>> {
  const first = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')[0] ?? ''
  const versionIn = (path: string, pattern: RegExp): string =>
    pattern.exec(readFileSync(join(ROOT, path), 'utf8'))?.[1] ?? 'unknown'
  return {
    countersign: `${versionIn('package.json', /"version": "([^"]+)"/)}, commit ${first('git', 'rev-parse', '--short=12', 'HEAD')}`,
    Node: process.versions.node,
    Kubernetes: versionIn('test/control-plane/binaries.mjs', /^export const VERSION = 'v([^']+)'/m),
    'client-go': versionIn('test/bench/participants/go/go.mod', /k8s\.io\/client-go v(\S+)/),
    'cert-manager': versionIn('test/cert-manager/cert-manager.mjs', /^const VERSION = '([^']+)'/m),
    Go: first('go', 'env', 'GOVERSION').replace(/^go/, ''),
    OpenSSL: first('openssl', 'version').replace(/^OpenSSL (\S+).*$/, '$1'),
  }
}
