// The protection of the default branch at a Gitea server: fields of its API, and what each does.
/** A rule of branches in the form of Gitea's API. A field that is missing protects nothing. */
type Rule = Readonly<Record<string, unknown>>
/** Of the configuration: how many approvals a change needs. */
type Needs = Readonly<Record<'configuration' | 'requests', { readonly required: number }>>

/** Without pushes there are no force pushes, and the server never deletes its default branch. */
const SWITCHES = [
  ['enable_push', false, 'nobody may push'],
  ['dismiss_stale_approvals', true, 'a push dismisses approvals'],
  ['block_on_rejected_reviews', true, 'requested changes stop a merge'],
  ['block_admin_merge_override', true, 'administrators cannot override it'],
  ['unprotected_file_patterns', '', 'no file is exempt'],
  // Only an administrator who overrides the rule could merge a change of these.
  ['protected_file_patterns', '', 'no file is frozen'],
] as const

/** The fields to set. `approvals`: what every change needs; a branch that requires more keeps that. */
export function giteaProtection({ configuration, requests }: Needs, found: Rule | null): Rule {
  const least = Math.min(configuration.required, requests.required)
  const approvals = Math.max(least, Number(found?.['required_approvals'] ?? 0))
  const switches = SWITCHES.map(([field, value]) => [field, value] as const)
  return { required_approvals: approvals, ...Object.fromEntries(switches) }
}

/** What a rule lacks, in words; empty if it asks for everything. */
export function protectionGaps(needs: Needs, found: Rule | null) {
  const { required_approvals: approvals } = giteaProtection(needs, found)
  const count = [
    'required_approvals',
    approvals,
    `required approvals: ${String(approvals)}`,
  ] as const
  return [count, ...SWITCHES].flatMap(([field, value, words]) =>
    found?.[field] === value ? [] : [words],
  )
}
