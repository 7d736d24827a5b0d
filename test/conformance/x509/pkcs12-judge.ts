// go-pkcs12 as a second opinion on keystores: the program in pkcs12/ is built once into the user's cache. Without `go`, or without
// its modules, its tests are skipped with a message, unless COUNTERSIGN_REQUIRE_GO=1.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface GoKeystore {
  readonly ok: boolean
  readonly error: string
  readonly key: Buffer
  readonly certificates: readonly Buffer[]
}

const SOURCE = join(import.meta.dirname, 'pkcs12')

/** The built judge; null if it cannot be built. */
export const pkcs12Judge = ready()

function ready(): string | null {
  try {
    return judge()
  } catch (cause) {
    const message =
      'the go-pkcs12 judge cannot be built: what Go sees in our keystores is not asked'
    if (process.env['COUNTERSIGN_REQUIRE_GO'] === '1') throw new Error(message, { cause })
    process.stderr.write(`SKIPPED: ${message}\n`)
    return null
  }
}

export function goOpens(what: 'open' | 'trust', file: Uint8Array, password: string): GoKeystore {
  const answer = execFileSync(pkcs12Judge ?? '', [what, password], { input: file })
  const { key, certificates, ...said } = JSON.parse(answer.toString())
  return {
    ...said,
    key: Buffer.from(key ?? '', 'base64'),
    certificates: (certificates ?? []).map((text: string) => Buffer.from(text, 'base64')),
  }
}

/** A keystore from PEM (PKCS#8 key and chain), as cert-manager makes one. */
export function goMakes(pem: string, password: string): Uint8Array {
  return new Uint8Array(execFileSync(pkcs12Judge ?? '', ['make', password], { input: pem }))
}

function judge(): string {
  const hash = createHash('sha256').update(execFileSync('go', ['version'], { stdio: 'pipe' }))
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(SOURCE, file)))
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(
    process.env['COUNTERSIGN_CACHE'] ?? join(cache, 'countersign'),
    'pkcs12-judge',
  )
  const binary = join(folder, hash.digest('hex').slice(0, 16))
  if (!existsSync(binary)) build(folder, binary)
  return binary
}

/** Built under another name and then renamed, because two test runs may build at once. */
function build(folder: string, binary: string): void {
  mkdirSync(folder, { recursive: true })
  const fresh = `${binary}.${process.pid}`
  execFileSync('go', ['build', '-trimpath', '-o', fresh, '.'], {
    cwd: SOURCE,
    env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  renameSync(fresh, binary)
}
