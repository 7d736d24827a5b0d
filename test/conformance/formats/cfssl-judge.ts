// cfssl's csr package as a second opinion: the program in go/ is built once into the user's cache, and asked about many files
// at a time. Without `go`, or without its modules, the tests are passed over with a message, unless COUNTERSIGN_REQUIRE_GO=1.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface CfsslVerdict {
  readonly ok: boolean
  readonly error: string
  /** Hex of the subject. */
  readonly subject: string
  /** Hex of the value of subjectAltName; empty where there is none. */
  readonly sans: string
  /** OIDs of every other extension. */
  readonly extensions: readonly string[]
  readonly algorithm: string
  readonly size: number
}

const SOURCE = join(import.meta.dirname, 'go')

/** The judge, built; null where it cannot be. */
export const cfsslJudge = ready()

function ready(): string | null {
  try {
    return judge()
  } catch (cause) {
    const message = 'the cfssl judge cannot be built: what cfssl reads is not compared'
    if (process.env['COUNTERSIGN_REQUIRE_GO'] === '1') throw new Error(message, { cause })
    process.stderr.write(`SKIPPED: ${message}\n`)
    return null
  }
}

/** What cfssl makes of each of these JSON texts. */
export function askCfssl(binary: string, texts: readonly string[]): readonly CfsslVerdict[] {
  const input = texts.map(text => `${JSON.stringify(text)}\n`).join('')
  const answer = execFileSync(binary, { input, maxBuffer: 64 * 1024 * 1024 })
  const verdicts = JSON.parse(answer.toString()) as CfsslVerdict[]
  if (verdicts.length !== texts.length) throw new Error('cfssl did not answer for each text')
  return verdicts
}

function judge(): string {
  const hash = createHash('sha256').update(execFileSync('go', ['version'], { stdio: 'pipe' }))
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(SOURCE, file)))
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(process.env['COUNTERSIGN_CACHE'] ?? join(cache, 'countersign'), 'cfssl-judge')
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
    env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    stdio: 'pipe',
  })
  renameSync(fresh, binary)
}
