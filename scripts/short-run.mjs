// What `npm test` leaves to `npm run test:all`: tests that ask Go or a real control plane, and what takes long and proves little beyond
// the rest. Everything else runs, a new file too. Within files, test/build/extent.ts makes long matrices and random series shorter.

/** Nothing of the machine's clusters and caches leads a short run to more than the embedded cluster. */
export const SHORT_ENVIRONMENT = {
  COUNTERSIGN_TEST: '',
  COUNTERSIGN_TEST_KUBECONFIG: '',
  COUNTERSIGN_TEST_CLUSTER: '',
  COUNTERSIGN_REQUIRE_REAL: '',
  COUNTERSIGN_REQUIRE_GO: '',
  COUNTERSIGN_REQUIRE_ACT: '',
}

/** By suite, below its folder and without `.test.ts`. */
const LEFT_OUT = {
  unit: [],
  conformance: [
    // Judges written in Go.
    'formats/cfssl',
    'x509/go',
    'x509/kubernetes',
    'x509/pkcs12',
    // A control plane of their own.
    'guard/guard',
    'guard/sizes',
    'login/control-plane',
    // Minutes of calls, counted.
    'github/calls',
  ],
  flow: [
    // A control plane of their own; journeys.test.ts has pull mode on the embedded cluster.
    'pull-mode',
    'twenty-minutes',
    // Loads and races.
    'attacks/files',
    'attacks/github',
    'attacks/text',
    'faults',
    'limits',
    'zero-downtime',
    // Sinks and records that an earlier run, or somebody else, spoiled.
    'clusters',
    'earlier-certificates',
    'one-observation',
    'orphans',
    'orphans-of-others',
    'spoiled-sinks',
    'staying-key',
    'withdraw-unrecorded',
    // Artifacts, secrets and issues at GitHub.
    'action-secrets',
    'notice',
    'own-key-renewal',
    'sinks-at-github',
  ],
}

/** Arguments of jest. @param {string} suite @returns {readonly string[]} */
export function leftOut(suite) {
  const paths = LEFT_OUT[suite] ?? []
  if (paths.length === 0) return []
  return [`--testPathIgnorePatterns=/test/${suite}/(?:${paths.join('|')})\\.test\\.ts$`]
}
