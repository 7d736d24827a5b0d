// npm test: proves countersign on the embedded cluster in minutes, without Go, network or a real control plane (short-run.mjs lists
// what is left out). npm run test:all: every suite whole, and on a real control plane too if its binaries are installed.
// node scripts/test.mjs [--all] [--rest] [--real] [SUITE ...]: --real implies --all and builds missing binaries; --rest implies --all
// and leaves out what the last `npm test` ran whole.
// Prints the 20 tests that need most CPU time, and ends with "N passed, N failed". The suite act runs dist under act, which is built if the suite is named or required, else left out.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { ensureAct, ensureNode24, readyAct } from '../test/act/act-binary.mjs'
import { auditIn } from '../test/control-plane/audit.mjs'
import { readyBinaries } from '../test/control-plane/binaries.mjs'
import { startControlPlane } from '../test/control-plane/start.mjs'
import { testEnvironment } from './environment.mjs'
import { runJest } from './jest.mjs'
import { leftOut, SHORT_ENVIRONMENT } from './short-run.mjs'
import {
  missingInWhole,
  readCosts,
  SHORT_RUN,
  slowest,
  writeShortRun,
  writeTimes,
} from './test-times.mjs'

const SHORT_SUITES = ['unit', 'conformance', 'flow']
const ALL_SUITES = [...SHORT_SUITES, 'act']
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
const NEEDS_CLUSTER = new Set(['conformance', 'flow', 'act'])
const { values, positionals } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    rest: { type: 'boolean', default: false },
    real: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const isAll = values.all || values.rest || values.real || positionals.includes('act')
const suites = positionals.length > 0 ? positionals : isAll ? ALL_SUITES : SHORT_SUITES
const home = mkdtempSync(join(tmpdir(), 'countersign-test-'))
const total = { passed: 0, failed: 0, skipped: 0 }
const notes = []
const failures = []
/** @type {Record<string, { seconds: number, files: readonly import('./test-times.mjs').FileCost[] }>} */
const times = {}
let plane = null

try {
  for (const suite of suites) {
    if (suite === 'act' && !(await hasAct())) continue
    if (isAll && plane === null && NEEDS_CLUSTER.has(suite)) plane = await realPlane()
    const ranBefore = values.rest ? { COUNTERSIGN_TEST_RAN: SHORT_RUN } : {}
    // Whole suites wait for control planes and for the time that a cluster needs, so each two cores get a third worker.
    const count = Math.ceil(1.5 * availableParallelism())
    const workers = NEEDS_CLUSTER.has(suite) ? ['--maxWorkers', `${count}`] : []
    if (isAll)
      await runSuite(suite, workers, { COUNTERSIGN_TEST: 'all', ...ranBefore, ...plane?.env })
    else await runSuite(suite, leftOut(suite), SHORT_ENVIRONMENT)
  }
  if (plane?.audit) checkAudit(plane.audit.look())
  writeTimes(times)
  const files = Object.values(times).flatMap(suite => suite.files)
  if (!isAll && positionals.length === 0) writeShortRun(files)
  if (values.rest) checkPart(files)
  console.log(`\nmost CPU time:\n${slowest(files, 20).join('\n')}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  total.failed++
} finally {
  await plane?.stop()
  rmSync(home, { recursive: true, force: true })
}
for (const note of notes) console.log(`\n${note}`)
for (const failure of failures) console.log(`failed: ${failure}`)
if (total.skipped > 0) console.log(`${total.skipped} skipped`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1

/** Expects no private key in the API server's audit log of countersign's writes; an empty log would prove nothing. */
function checkAudit({ lines, keys }) {
  for (const key of keys) console.log(`audit log of the API server, ${key}`)
  const isClean = lines > 0 && keys.length === 0
  total[isClean ? 'passed' : 'failed']++
  if (!isClean)
    failures.push("the API server's audit log: a private key, or no write of countersign")
  console.log(
    `\naudit log of the API server: ${lines} writes of countersign, ${keys.length} private keys`,
  )
}

/** Expects that the whole suites define each test of the last short run. */
function checkPart(files) {
  const missing = missingInWhole(files)
  total[missing.length === 0 ? 'passed' : 'failed']++
  failures.push(...missing.map(each => `only in the short run: ${each}`))
}

/** Runs a suite and adds up jest's counts; a file that cannot run is one failure. */
async function runSuite(suite, more, env) {
  const started = Date.now()
  console.log(`\n${suite}`)
  const outputFile = join(home, `${suite}.json`)
  const costs = join(home, `${suite}.costs`)
  const args = ['--json', '--outputFile', outputFile, ...more]
  const measured = { ...env, COUNTERSIGN_TEST_TIMES: costs }
  const code = await runJest(suite, args, testEnvironment(home, measured))
  const counted = counts(outputFile)
  failures.push(...counted.failures)
  total.passed += counted.passed
  total.skipped += counted.skipped
  total.failed += code === 0 ? 0 : Math.max(1, counted.failed)
  const seconds = Math.round((Date.now() - started) / 100) / 10
  times[suite] = { seconds, files: readCosts(costs) }
  console.log(`${suite}: ${seconds.toFixed(1)} s`)
}

function counts(file) {
  try {
    const seen = JSON.parse(readFileSync(file, 'utf8'))
    return {
      passed: seen.numPassedTests,
      failed: seen.numFailedTests + seen.numRuntimeErrorTestSuites,
      skipped: seen.numPendingTests + seen.numTodoTests,
      failures: seen.testResults.flatMap(failuresOf),
    }
  } catch {
    return { passed: 0, failed: 0, skipped: 0, failures: [] }
  }
}

/** A line for each failed test of a file, or one for a file that could not run. */
function failuresOf({ name, status, assertionResults }) {
  const file = relative(process.cwd(), name)
  const failed = assertionResults.filter(test => test.status === 'failed')
  if (failed.length === 0) return status === 'failed' ? [`${file}: could not run`] : []
  return failed.map(test => `${file}: ${test.fullName}`)
}

/** Tests change the objects in a cluster, so a given cluster must be on this machine. */
function requireLoopback(path) {
  const { clusters } = parse(readFileSync(path, 'utf8'))
  const far = clusters
    .map(({ cluster }) => cluster.server)
    .filter(server => !LOOPBACK.has(new URL(server).hostname))
  if (far.length === 0) return
  throw new Error(
    `COUNTERSIGN_TEST_KUBECONFIG leads to ${far.join(', ')}; tests run on loopback only`,
  )
}

/** Whether act is available, built now if requested. */
async function hasAct() {
  const isWanted = values.real || process.env['COUNTERSIGN_REQUIRE_ACT'] === '1'
  if (isWanted || positionals.includes('act')) {
    await ensureAct(line => console.log(line))
    await ensureNode24(line => console.log(line))
    return true
  }
  if (readyAct() !== null) return true
  notes.push(
    'Left out: the built action under act, which is not built yet. "npm run test:act" builds it once (Go, a minute) and tests with it.',
  )
  return false
}

/** The variables of a real control plane for tests, and its end; empty if there is none. */
async function realPlane() {
  const nothing = { env: {}, audit: null, stop: async () => {} }
  const given = process.env['COUNTERSIGN_TEST_KUBECONFIG']
  if (given) {
    requireLoopback(given)
    return nothing
  }
  const required = values.real || process.env['COUNTERSIGN_REQUIRE_REAL'] === '1'
  if (!required && readyBinaries() === null) {
    notes.push(
      'Left out: the real control plane, whose binaries are not built yet. "npm run test:real" builds them once (Go, some minutes) and tests on it.',
    )
    return nothing
  }
  // Different CAs for clients and for servers, so that code that confuses them fails here.
  const audit = auditIn(home)
  const started = await startControlPlane({
    separateClientCa: true,
    signerQps: 500,
    apiserverFlags: audit.flags,
    say: line => console.log(line),
  })
  console.log(`\nreal control plane at ${started.server}`)
  const env = {
    COUNTERSIGN_TEST_KUBECONFIG: started.kubeconfig,
    COUNTERSIGN_TEST_CLUSTER: started.statePath,
  }
  return { env, audit, stop: started.stop }
}
