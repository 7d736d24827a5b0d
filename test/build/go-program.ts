// Small Go programs that judge what we read. Each is built once into the user's cache, under a name that depends on its source, its
// modules and Go. Without `go`, or without its modules, its tests are skipped with a message, unless COUNTERSIGN_REQUIRE_GO=1.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../control-plane/binaries.mjs'

export interface GoProgram {
  /** Name of its folder in the cache. */
  readonly name: string
  /** Folder of its module. */
  readonly module: string
  /** Folder of its main package below that. */
  readonly package?: string
  /** What is not compared without the program. */
  readonly judges: string
}

const LARGEST_ANSWER = 256 * 1024 * 1024

/** The path of the program, built if necessary; null if it cannot be built. */
export function goProgram(program: GoProgram): string | null {
  try {
    return ready(program)
  } catch (cause) {
    const message = `${program.name} cannot be built: ${program.judges}`
    if (process.env['COUNTERSIGN_REQUIRE_GO'] === '1') throw new Error(message, { cause })
    process.stderr.write(`SKIPPED: ${message}\n`)
    return null
  }
}

/** Runs a program; its answer is a JSON array with one verdict for each of `count` questions. */
export function askProgram(binary: string, input: string, count: number): readonly unknown[] {
  const answer = execFileSync(binary, { input, maxBuffer: LARGEST_ANSWER })
  const verdicts = JSON.parse(answer.toString()) as unknown[]
  if (verdicts.length !== count) throw new Error('the program did not answer each question')
  return verdicts
}

function ready({ name, module, package: folder = '.' }: GoProgram): string {
  const hash = createHash('sha256').update(execFileSync('go', ['version'], { stdio: 'pipe' }))
  const sources = readdirSync(join(module, folder)).filter(file => file.endsWith('.go'))
  for (const file of ['go.mod', 'go.sum', ...sources.toSorted().map(each => join(folder, each))]) {
    const path = join(module, file)
    if (existsSync(path)) hash.update(readFileSync(path))
  }
  const cache = join(cacheFolder(), name)
  const binary = join(cache, hash.digest('hex').slice(0, 16))
  if (!existsSync(binary)) build(module, folder, cache, binary)
  return binary
}

/** Built under another name and then renamed, because two test runs may build at once. */
function build(module: string, folder: string, cache: string, binary: string): void {
  mkdirSync(cache, { recursive: true })
  const fresh = `${binary}.${process.pid}`
  execFileSync('go', ['build', '-trimpath', '-o', fresh, `./${folder}`], {
    cwd: module,
    env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    stdio: 'pipe',
  })
  renameSync(fresh, binary)
}
