// Tests that `npm test` leaves to `npm run test:all`: those with Go, a browser or a real control plane, and slow ones that prove little more.
// Everything else runs, new files too. Within files, test/build/extent.ts shortens long matrices and random series; `describeWhole`
// and `testWhole` leave out attacks that the histories also prove without the command line (conformance/approval).

/** Removes the machine's clusters and caches, so that a short run uses only the embedded cluster. */
export const SHORT_ENVIRONMENT = {
  COUNTERSIGN_TEST: '',
  COUNTERSIGN_TEST_KUBECONFIG: '',
  COUNTERSIGN_TEST_CLUSTER: '',
  COUNTERSIGN_REQUIRE_REAL: '',
  COUNTERSIGN_REQUIRE_GO: '',
  COUNTERSIGN_REQUIRE_ACT: '',
  COUNTERSIGN_REQUIRE_BROWSER: '',
  COUNTERSIGN_REQUIRE_SHELLS: '',
  COUNTERSIGN_REQUIRE_GITEA: '',
}

/** By suite, below its folder and without `.test.ts`. */
const LEFT_OUT = {
  unit: [
    // npm and its packages, and processes for each command: `npm run bundle -- --check` and a release need them.
    'scripts/package',
    'scripts/release',
  ],
  conformance: [
    // Judges written in Go.
    'approval/statement',
    'formats/cfssl',
    'x509/go',
    'x509/kubernetes',
    'x509/pkcs12',
    // Load: the histories and unit/core/approval/reviews prove each rule of it.
    'approval/four-hundred-days',
    // A browser.
    'page/browser',
    // Own control planes.
    'login/control-plane',
    // A real Gitea server.
    'gitea/reader',
    'gitea/histories',
    'gitea/writer',
    'gitea/attacks',
    'gitea/settings',
    'gitea/proposals',
    // Minutes of calls and their counts.
    'github/calls',
    'github/growth',
    // A shell script with many processes.
    'github/try-github',
  ],
  flow: [
    // Shells at a terminal; unit/entry/completion-scripts asks bash.
    'completion',
    // An own control plane; journeys.test.ts tests pull mode on the embedded cluster.
    'pull-mode',
    'twenty-minutes',
    // A real Gitea server, and minutes of a controller.
    'gitea',
    'gitea-setup',
    // An own control plane, and helm.
    'chart',
    // An own control plane, and cert-manager's controllers.
    'cert-manager',
    // An own control plane and a client written in Go.
    'authorization',
    'access-reencoded',
    // Attacks from end to end. Without the command line the histories prove those on approvals, conformance/cluster and unit/core/cluster
    // those in the cluster, unit/core/request those in files. Text: unit/output/comment and unit/adapters/github/actions.
    'attacks/approved-ends',
    'attacks/cluster',
    'attacks/files',
    'attacks/github',
    'attacks/text',
    // Commands of the documents: unit/docs proves that each exists with its flags.
    'documents',
    'documents-how-to',
    // Claims of docs/how-to/incidents.md: unit/core/access proves which bindings a run removes, unit/core/control and unit/workflows/plan
    // when a cluster counts as restored.
    'restored-attacks',
    'restored-backup',
    'restored-controller',
    // Minutes of a real clock, since a guard has to be a minute old; emergency and emergency-attacks have a simulated one.
    'emergency-kubectl',
    'emergency-access',
    // Ends that change after the issue, and while GitHub is away: unit/core/plan/access-end proves them, access-until one whole life.
    'access-until-changed',
    'access-past-its-end',
    'access-approved-ends',
    'controller-until',
    // Two clusters: bootstrap proves the first one, unit/setup what a second one adds.
    'second-cluster',
    // Eight commands from an empty folder. bootstrap, open-request and journeys test them one by one, unit/setup the kubeconfig.
    'eight-commands',
    // A process for each address: conformance/adapters/cluster and unit/workflows/pending prove who gets which.
    'approver-addresses',
    // Kills of processes: killed.test.ts kills apply, and the mutation table breaks what a next run repairs.
    'access-killed',
    'approver-killed',
    // Weeks of a controller with troubles: controller.test.ts has a day of each.
    'controller-troubles',
    // Load and races: unit/workflows/issue proves each order of the writes, and unit/entry/bootstrap an interruption.
    'access-own-key',
    'access-races',
    'access-reviewed',
    'bootstrap-interrupted',
    'faults',
    'growth',
    // 200 requests at a terminal: unit/output and unit/entry/live-progress prove each text.
    'large-run',
    // unit/core/plan/run-limits proves the limits, and conformance/adapters/deliver that a Secret is replaced in place.
    'limits',
    'zero-downtime',
    // Sinks and records that changed after a run: unit/workflows/plan, unit/workflows/issue and unit/core prove what follows.
    'clusters',
    'earlier-certificates',
    'one-observation',
    'orphans',
    'orphans-of-others',
    'spoiled-sinks',
    'staying-key',
    'withdraw-unrecorded',
    // All forms of sinks: unit/core/sink and conformance/adapters/secrets prove contents and writes.
    'sinks',
    // Single rights that a run's token lacks: conformance/github/adapter-faults proves the problem of each refusal.
    'permissions',
    // Artifacts, secrets and issues at GitHub: unit/core/sink and conformance/github prove each. Then keys that stay with requesters:
    // unit/entry and unit/workflows/setup prove the answers of the login program of kubectl, and its looks.
    'access-rotation',
    'action-secrets',
    'credential',
    'kubectl-renewals',
    'notice',
    'own-key',
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
