// npm run test:upgrade [-- COMMIT [arguments of jest]]: on a real control plane, the package of the newest tag (or of COMMIT) issues,
// renews and revokes, then this one takes over, and both work at once. It runs before a release; about four minutes.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startControlPlane } from '../test/control-plane/start.mjs'
import { compileEntries } from './compile.mjs'
import { testEnvironment } from './environment.mjs'
import { runJest } from './jest.mjs'
import { ROOT } from './run.mjs'

/** Until there is a tag: the first bundle after the last change of what is stored in a cluster. */
const FIRST_KEPT = 'a21ccc9cb'
const git = (/** @type {readonly string[]} */ args) =>
  execFileSync('git', args, { cwd: ROOT, maxBuffer: 2 ** 28 })
const tags = git(['tag', '--list', 'v[0-9]*.[0-9]*.[0-9]*', '--sort=-v:refname']).toString()
const [given, ...words] = process.argv.slice(2)
const previous = given ?? (tags.split('\n')[0] || FIRST_KEPT)

const home = mkdtempSync(join(tmpdir(), 'countersign-upgrade-'))
mkdirSync(join(home, 'previous'))
const archive = git(['archive', previous, 'dist', 'package.json'])
execFileSync('tar', ['x', '-C', join(home, 'previous')], { input: archive })
await compileEntries()
const started = Date.now()
const say = (/** @type {string} */ line) => console.log(line)
const plane = await startControlPlane({ separateClientCa: true, signerQps: 500, say })
try {
  const env = testEnvironment(home, {
    COUNTERSIGN_TEST: 'all',
    COUNTERSIGN_TEST_KUBECONFIG: plane.kubeconfig,
    COUNTERSIGN_PREVIOUS_CLI: join(home, 'previous/dist/cli/index.js'),
  })
  process.exitCode = await runJest('upgrade', words, env)
  say(`from ${previous}: ${Math.round((Date.now() - started) / 1000)} s`)
} finally {
  await plane.stop()
  rmSync(home, { recursive: true, force: true })
}
