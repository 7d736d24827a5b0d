// Go's crypto/x509 as a second opinion: the program in go/ is built once into the user's cache, and asked about many
// requests at a time. Without `go` its tests are passed over with a message, unless COUNTERSIGN_REQUIRE_GO=1.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { encodePem } from '../../../src/x509/pem.ts'

export interface Verdict {
  readonly ok: boolean
  readonly error: string
  readonly subject: readonly (readonly { readonly oid: string; readonly value: string }[])[]
  readonly dns: readonly string[]
  readonly ips: readonly string[]
  readonly emails: readonly string[]
  readonly uris: readonly string[]
  readonly extensions: readonly string[]
  readonly key: string
  readonly signature: string
}

const SOURCE = join(import.meta.dirname, 'go')

export const hasGo = findGo()

function findGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    const message = 'go is not installed: what Go reads in our requests is not compared'
    if (process.env['COUNTERSIGN_REQUIRE_GO'] === '1') throw new Error(message)
    process.stderr.write(`SKIPPED: ${message}\n`)
    return false
  }
}

/** What Go sees in each of these requests. */
export function askGo(requests: readonly Uint8Array[]): readonly Verdict[] {
  const input = requests.map(der => encodePem('CERTIFICATE REQUEST', der)).join('')
  const answer = execFileSync(judge(), { input, maxBuffer: 64 * 1024 * 1024 })
  const verdicts = JSON.parse(answer.toString()) as Verdict[]
  if (verdicts.length !== requests.length) throw new Error('Go did not answer for each request')
  return verdicts
}

function judge(): string {
  const hash = createHash('sha256').update(execFileSync('go', ['version']))
  for (const file of ['go.mod', 'main.go']) hash.update(readFileSync(join(SOURCE, file)))
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'countersign', 'x509-judge')
  const binary = join(folder, hash.digest('hex').slice(0, 16))
  if (!existsSync(binary)) build(folder, binary)
  return binary
}

/** Built under another name and moved: two test runs may build at once. */
function build(folder: string, binary: string): void {
  mkdirSync(folder, { recursive: true })
  const fresh = `${binary}.${process.pid}`
  execFileSync('go', ['build', '-trimpath', '-o', fresh, '.'], {
    cwd: SOURCE,
    env: { ...process.env, CGO_ENABLED: '0', GOPROXY: 'off', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  renameSync(fresh, binary)
}
