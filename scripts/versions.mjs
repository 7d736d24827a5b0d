// npm run test:versions [-- v1.34.4 ...]: builds the control plane of each supported version of Kubernetes, runs the tests that meet
// what versions differ in, and writes scripts/reference/kubernetes-versions.json, from which the table in docs/compatibility.md is
// made. It runs before a release: about 40 minutes of two cores, the first time twice that for the builds.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { startControlPlane } from '../test/control-plane/start.mjs'
import { ensureVersion } from '../test/control-plane/versions.mjs'
import { testEnvironment } from './environment.mjs'
import { runJest } from './jest.mjs'
import { ROOT } from './run.mjs'

const RESULT = join(ROOT, 'scripts/reference/kubernetes-versions.json')
/** The newest patch of each minor version that the module proxy has. */
const VERSIONS = ['v1.34.4', 'v1.35.4', 'v1.36.3', 'v1.37.2']
/** Without the file of the static guard. */
const GUARD = readdirSync(join(ROOT, 'test/conformance/guard'))
  .filter(name => !name.startsWith('static.'))
  .map(name => `conformance/guard/${name}`)
/** What is tried, in the order of the table: its name, and the files of tests by the start of their paths. */
const PARTS = {
  calls: ['conformance/adapters/'],
  'one request': ['flow/spine.', 'flow/journeys.', 'flow/sinks.'],
  access: ['flow/access.', 'flow/access-until.'],
  revoke: ['flow/revoke.', 'flow/writes-revoked.'],
  guard: GUARD,
  'static guard': ['conformance/guard/static.'],
  approver: ['flow/approver-kubelets.', 'flow/csr-kubelets.'],
  'answers as 1.36.3': ['conformance/api-server/'],
}
/** The first minor version that has it. */
const SINCE = { 'static guard': 36 }

/**
 * @typedef {{ passed: number, failed: string[] }} Part full names of failed tests, with their file
 * @typedef {{ version: string, date: string, parts: Record<string, Part> }} Row
 */

const wanted = process.argv.slice(2)
for (const version of wanted.length > 0 ? wanted : VERSIONS) {
  const row = await tried(version)
  keep(row)
  for (const [part, { passed, failed }] of Object.entries(row.parts)) {
    console.log(`${version} ${part}: ${passed} passed, ${failed.length} failed`)
    for (const test of failed) console.log(`  ${test}`)
  }
}

/** @param {string} version @returns {Promise<Row>} */
async function tried(version) {
  const home = mkdtempSync(join(tmpdir(), 'countersign-versions-'))
  const say = (/** @type {string} */ line) => console.log(line)
  // Control planes that tests start themselves are of this version too.
  process.env['KUBEBUILDER_ASSETS'] = await ensureVersion(version, say)
  const plane = await startControlPlane({ separateClientCa: true, signerQps: 500, say })
  const env = testEnvironment(home, {
    COUNTERSIGN_TEST: 'all',
    COUNTERSIGN_TEST_KUBECONFIG: plane.kubeconfig,
    COUNTERSIGN_TEST_CLUSTER: plane.statePath,
  })
  try {
    const results = []
    for (const suite of ['conformance', 'flow']) {
      const outputFile = join(home, `${suite}.json`)
      await runJest(suite, ['--json', '--outputFile', outputFile, ...filesOf(suite, version)], env)
      results.push(...JSON.parse(readFileSync(outputFile, 'utf8')).testResults)
    }
    return {
      version,
      date: new Date().toISOString().slice(0, 10),
      parts: partsOf(results, version),
    }
  } finally {
    await plane.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Name and files of each part that a version has. */
function partsIn(version) {
  const minor = Number(version.split('.')[1])
  return Object.entries(PARTS).filter(([part]) => minor >= (SINCE[part] ?? 0))
}

function filesOf(suite, version) {
  return partsIn(version)
    .flatMap(([, starts]) => starts)
    .filter(each => each.startsWith(suite))
    .map(each => each.replaceAll('.', '\\.'))
}

/** @returns {Record<string, Part>} */
function partsOf(results, version) {
  const judged = partsIn(version).map(([part, starts]) => {
    const files = results.filter(({ name }) =>
      starts.some(start => relative(join(ROOT, 'test'), name).startsWith(start)),
    )
    const tests = files.flatMap(({ name, status, assertionResults }) =>
      assertionResults.length === 0 && status === 'failed'
        ? [{ status, fullName: `${relative(ROOT, name)} could not run` }]
        : assertionResults,
    )
    const failed = tests.filter(({ status }) => status === 'failed')
    const passed = tests.filter(({ status }) => status === 'passed').length
    return [part, { passed, failed: failed.map(({ fullName }) => fullName) }]
  })
  return Object.fromEntries(judged)
}

/** Puts the row in place of the earlier one of this version. @param {Row} row */
function keep(row) {
  const rows = JSON.parse(readFileSync(RESULT, 'utf8')).filter(each => each.version !== row.version)
  const sorted = [...rows, row].toSorted((a, b) => (a.version < b.version ? -1 : 1))
  writeFileSync(RESULT, `${JSON.stringify(sorted, null, 2)}\n`)
}
