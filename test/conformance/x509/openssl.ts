// Runs the openssl command line in a temporary folder, which is removed when the process ends: several test files may share this module.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePem } from '../../../src/lib/x509/pem.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'countersign-openssl-'))
process.once('exit', () => rmSync(FOLDER, { recursive: true, force: true }))

export interface Answer {
  readonly status: number | null
  /** stdout and stderr: `openssl req -verify` reports on stderr whether the signature is valid, and exits 0 either way. */
  readonly text: string
}

export function openssl(args: readonly string[], input = ''): Answer {
  const run = spawnSync('openssl', args, { cwd: FOLDER, input, encoding: 'utf8' })
  if (run.error !== undefined) throw run.error
  return { status: run.status, text: run.stdout + run.stderr }
}

/** What openssl prints about a request, its names in UTF-8. */
export function showRequest(der: Uint8Array): string {
  const options = ['-verify', '-noout', '-text', '-nameopt', 'oneline,utf8,-esc_msb']
  return openssl(['req', ...options], encodePem('CERTIFICATE REQUEST', der)).text
}

export const VERIFIED = /self-signature verify OK|^verify OK/im

/** PEM of a request openssl makes with a new key, its configuration as given. */
export function makeRequest(
  keyArguments: readonly string[],
  configuration: string,
  more: readonly string[] = [],
): string {
  run(['genpkey', ...keyArguments, '-out', 'key.pem'])
  writeFileSync(join(FOLDER, 'req.cnf'), configuration)
  const request = ['req', '-new', '-utf8', '-batch', '-key', 'key.pem', '-config', 'req.cnf']
  run([...request, '-out', 'req.pem', ...more])
  return run(['req', '-in', 'req.pem'])
}

function run(args: readonly string[]): string {
  const answer = openssl(args)
  if (answer.status === 0) return answer.text
  throw new Error(`openssl ${args.join(' ')}: ${answer.text}`)
}

let files = 0

/** A file in the folder openssl runs in, by its name there. */
export function opensslFile(content: Uint8Array | string): string {
  files += 1
  writeFileSync(join(FOLDER, `file-${files}`), content)
  return `file-${files}`
}

export function readOpensslFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FOLDER, name)))
}
