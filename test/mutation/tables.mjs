// The tables of breaks, each with the tests that have to notice them: cheap ones first. A break is noticed by its own unit test, or by the
// first group that fails.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BREAKS } from './breaks/all.mjs'
import { ACCESS } from './breaks/access.mjs'
import { CONTROL } from './breaks/control.mjs'
import { GUARD } from './breaks/guard.mjs'
import { ISSUE } from './breaks/issue.mjs'
import { PENDING } from './breaks/pending.mjs'
import { WITHDRAW } from './breaks/withdraw.mjs'
import { PROVING } from './proving.mjs'

/**
 * @typedef {object} Group
 * @property {'unit' | 'conformance' | 'flow' | 'histories'} suite `histories` are played without jest: it loads longer than one takes
 * @property {readonly string[]} tests files or folders below the folder of the suite; those of flow are in `npm test`
 *
 * @typedef {object} Table
 * @property {string} name
 * @property {readonly (readonly [string, string, string])[]} breaks
 * @property {readonly Group[]} judges
 */

const unit = (/** @type {string[]} */ ...tests) => /** @type {Group} */ ({ suite: 'unit', tests })
const conformance = (/** @type {string[]} */ ...tests) =>
  /** @type {Group} */ ({ suite: 'conformance', tests })
const flow = (/** @type {string[]} */ ...tests) => /** @type {Group} */ ({ suite: 'flow', tests })

const isTest = (/** @type {string} */ path) =>
  existsSync(fileURLToPath(new URL(`../unit/${path}`, import.meta.url)))

/** @type {Table} */
export const APPROVAL = {
  name: 'approval',
  breaks: BREAKS,
  judges: [
    { suite: 'histories', tests: [] },
    conformance('approval/plans.test.ts'),
    unit(...PROVING.map(path => path.replace(/\.ts$/, '.test.ts')).filter(isTest)),
    conformance('approval/inventories.test.ts', 'github/adapter.test.ts'),
  ],
}

/** @type {readonly Table[]} */
export const TABLES = [
  APPROVAL,
  {
    name: 'issue',
    breaks: ISSUE,
    judges: [
      unit('workflows/issue/', 'core/cluster/', 'core/certificate/', 'core/sink/', 'core/plan/'),
      conformance('cluster/', 'adapters/deliver.test.ts', 'adapters/signing-requests.test.ts'),
      flow('spine.test.ts', 'refusals.test.ts', 'overtaken.test.ts'),
      flow('fault-matrix.test.ts', 'killed.test.ts', 'action-apply.test.ts'),
    ],
  },
  {
    name: 'withdraw',
    breaks: WITHDRAW,
    judges: [
      unit('workflows/withdraw/', 'core/sink/', 'core/cluster/', 'core/plan/'),
      flow('withdraw.test.ts', 'action-withdraw.test.ts'),
      flow('overtaken.test.ts', 'journeys.test.ts'),
    ],
  },
  {
    name: 'access',
    breaks: ACCESS,
    judges: [
      unit('core/access/', 'workflows/issue/', 'workflows/revoke/', 'lib/kubernetes/'),
      flow('access.test.ts', 'access-revoked.test.ts', 'revoke.test.ts'),
      flow('access-holders.test.ts', 'action-apply.test.ts'),
    ],
  },
  {
    name: 'pending',
    breaks: PENDING,
    judges: [
      unit('core/pending/', 'workflows/pending/', 'core/control/'),
      flow('approver-kubelets.test.ts', 'approver-contest.test.ts'),
    ],
  },
  {
    name: 'control',
    breaks: CONTROL,
    judges: [unit('workflows/control/', 'core/control/'), flow('controller.test.ts')],
  },
  {
    name: 'guard',
    breaks: GUARD,
    judges: [
      unit('setup/guard/', 'setup/rbac/'),
      conformance('guard/'),
      flow('bootstrap.test.ts', 'doctor.test.ts'),
    ],
  },
]

/**
 * The path of a test from the root of the repository.
 * @param {Group} group
 */
export function pathsOf({ suite, tests }) {
  return tests.map(test => `test/${suite}/${test}`)
}
