// Rulesets in REST answers: all of them, and the active rules of a branch.
import type { RepositoryState, RulesetState } from '../../state.ts'
import { notFound, ok } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { fullName } from '../lookup.ts'
import { pageOf } from '../page.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

/** GET /repos/{owner}/{repo}/rules/branches/{branch}: active rules only, and for the default branch only. */
export function listRulesOfBranch({ repository, parameters, url }: RepositoryRequest): Answer {
  const isRuled = parameters['branch'] === repository.defaultBranch
  const active = repository.rulesets.filter(each => isRuled && each.enforcement === 'active')
  return pageOf(active, url, ruleset => ({
    ...pullRequestRule(ruleset),
    ruleset_source_type: 'Repository',
    ruleset_source: fullName(repository),
    ruleset_id: ruleset.id,
  }))
}

function pullRequestRule(ruleset: RulesetState): Readonly<Record<string, Json>> {
  return {
    type: 'pull_request',
    parameters: {
      allowed_merge_methods: ['merge', 'squash', 'rebase'],
      dismiss_stale_reviews_on_push: ruleset.dismissesStale,
      require_code_owner_review: ruleset.requiresCodeOwners,
      require_last_push_approval: false,
      required_approving_review_count: ruleset.requiredApprovals,
      required_review_thread_resolution: false,
      required_reviewers: ruleset.requiredReviewers.map(each => ({
        file_patterns: each.filePatterns,
        minimum_approvals: each.minimumApprovals,
        reviewer: { id: each.teamId, type: 'Team' },
      })),
    },
  }
}

/** GET /repos/{owner}/{repo}/rulesets */
export function listRulesets({ site, repository, url }: RepositoryRequest): Answer {
  return pageOf(repository.rulesets, url, ruleset => shortRuleset(site, repository, ruleset))
}

/** GET /repos/{owner}/{repo}/rulesets/{ruleset_id} */
export function getRuleset({ site, repository, parameters }: RepositoryRequest): Answer {
  const id = Number(parameters['ruleset_id'])
  const ruleset = repository.rulesets.find(each => each.id === id)
  if (ruleset === undefined) throw notFound()
  return ok({
    ...shortRuleset(site, repository, ruleset),
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [pullRequestRule(ruleset)],
  })
}

function shortRuleset(
  site: Site,
  repository: RepositoryState,
  ruleset: RulesetState,
): Readonly<Record<string, Json>> {
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: 'branch',
    source_type: 'Repository',
    source: fullName(repository),
    enforcement: ruleset.enforcement,
    node_id: nodeId('RRS', ruleset.id),
    _links: {
      self: { href: `${apiUrl(site, repository)}/rulesets/${ruleset.id}` },
      html: { href: `${htmlUrl(site, repository)}/rules/${ruleset.id}` },
    },
    created_at: time(ruleset.updatedAt),
    updated_at: time(ruleset.updatedAt),
  }
}
