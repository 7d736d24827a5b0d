// The ruleset of the default branch, as JSON for gh api -X POST repos/OWNER/NAME/rulesets --input - (GitHub REST, "Create a
// repository ruleset"). It requires a pull request, one approval and a review by code owners. It forbids force pushes and deletion,
// and has no bypass actors.

const RULESET_NAME = 'countersign'

export function rulesetJson(): string {
  const ruleset = {
    name: RULESET_NAME,
    target: 'branch',
    enforcement: 'active',
    bypass_actors: [],
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      { type: 'deletion' },
      { type: 'non_fast_forward' },
      {
        type: 'pull_request',
        parameters: {
          required_approving_review_count: 1,
          dismiss_stale_reviews_on_push: true,
          require_code_owner_review: true,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
        },
      },
    ],
  }
  return JSON.stringify(ruleset, null, 2)
}
