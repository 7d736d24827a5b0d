// The code of the approval proof: folders and files below src that mutations are drawn from, and whose unit tests are run.
export const PROVING = [
  'core/approval/',
  'workflows/prove/',
  'workflows/plan/changed-configuration.ts',
  'workflows/plan/pull-request-faults.ts',
  'workflows/plan/unproved-changes.ts',
]
