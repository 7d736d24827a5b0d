// The order of test files: the longest first, then that of jest; or with COUNTERSIGN_TEST_ORDER a random one of this seed, to find tests
// that need another one.
const Sequencer = require('@jest/test-sequencer').default

/** Files of a minute and more, by `most CPU time` of a whole run. What starts last would run alone at the end. */
const LONGEST = [
  'flow/access-killed',
  'flow/killed',
  'flow/chart',
  'flow/documents-how-to',
  'flow/controller-process',
  'flow/fault-matrix',
  'flow/bootstrap',
  'flow/access-races',
  'flow/documents',
  'flow/access-reviewed',
  'flow/large-config-maps',
  'flow/approver-kubelets',
  'conformance/approval/model',
  'conformance/github/histories',
  'conformance/approval/four-hundred-days',
  'conformance/guard/controllers',
  'conformance/github/calls',
  'act/first',
]

/** @param {{ readonly path: string }} test */
function rank({ path }) {
  const at = LONGEST.findIndex(name => path.endsWith(`/test/${name}.test.ts`))
  return at === -1 ? LONGEST.length : at
}

module.exports = class extends Sequencer {
  sort(tests) {
    const seed = process.env['COUNTERSIGN_TEST_ORDER']
    if (!seed) return super.sort(tests).toSorted((a, b) => rank(a) - rank(b))
    const random = randomOf(Number(seed))
    const placed = [...tests]
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(test => [random(), test])
    return placed.sort(([a], [b]) => a - b).map(([, test]) => test)
  }
}

/** Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function randomOf(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
