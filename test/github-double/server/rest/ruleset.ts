// Rulesets in REST answers: all of them, and the active rules of a branch.
import { addRuleset } from '../../repositories.ts'
import type { RepositoryState, RulesetState, WrittenRuleset } from '../../state.ts'
import { notFound, ok, unprocessable } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { fullName } from '../lookup.ts'
import { pageOf } from '../page.ts'
import { isAllowed } from '../tokens.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

/** GET /repos/{owner}/{repo}/rules/branches/{branch}: active rules only, and for the default branch only. */
export function listRulesOfBranch({ repository, parameters, url }: RepositoryRequest): Answer {
  const isRuled = parameters['branch'] === repository.defaultBranch
  const active = repository.rulesets
    .filter(each => isRuled && each.enforcement === 'active' && coversDefault(repository, each))
    .flatMap(ruleset => rulesOf(ruleset).map(rule => ({ ruleset, rule })))
  return pageOf(active, url, ({ ruleset, rule }) => ({
    ...rule,
    ruleset_source_type: 'Repository',
    ruleset_source: fullName(repository),
    ruleset_id: ruleset.id,
  }))
}

function coversDefault({ defaultBranch }: RepositoryState, { written }: RulesetState): boolean {
  const isNamed = (patterns: readonly string[]): boolean =>
    ['~ALL', '~DEFAULT_BRANCH', `refs/heads/${defaultBranch}`].some(each => patterns.includes(each))
  return written === null || (isNamed(written.include) && !isNamed(written.exclude))
}

function rulesOf(ruleset: RulesetState): readonly Readonly<Record<string, Json>>[] {
  return ruleset.written?.rules ?? [pullRequestRule(ruleset)]
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
export function getRuleset(request: RepositoryRequest): Answer {
  return ok(longRuleset(request, rulesetOf(request)))
}

/** POST /repos/{owner}/{repo}/rulesets */
export function createRuleset(request: RepositoryRequest): Answer {
  const { site, repository } = request
  const fields = readRuleset(request)
  if (repository.rulesets.some(({ name }) => name === fields.name))
    throw unprocessable('Validation Failed: Name must be unique')
  const ruleset = addRuleset(site.world.state, repository, fields)
  return { ...ok(longRuleset(request, ruleset)), status: 201 }
}

/** PUT /repos/{owner}/{repo}/rulesets/{ruleset_id} */
export function updateRuleset(request: RepositoryRequest): Answer {
  const { rulesets } = request.repository
  const before = rulesetOf(request)
  const after = { ...before, ...readRuleset(request), updatedAt: request.site.world.state.now }
  rulesets.splice(rulesets.indexOf(before), 1, after)
  return ok(longRuleset(request, after))
}

function rulesetOf({ repository, parameters }: RepositoryRequest): RulesetState {
  const id = Number(parameters['ruleset_id'])
  const ruleset = repository.rulesets.find(each => each.id === id)
  if (ruleset === undefined) throw notFound()
  return ruleset
}

interface RulesetBody {
  readonly name: string
  readonly enforcement: RulesetState['enforcement']
  readonly bypass_actors?: WrittenRuleset['bypassActors']
  readonly conditions?: {
    readonly ref_name: { readonly include: readonly string[]; readonly exclude: readonly string[] }
  }
  readonly rules?: WrittenRuleset['rules']
}

/** The body fits GitHub's description: a request that does not is a problem of the server. */
function readRuleset({ body }: RepositoryRequest) {
  const { name, enforcement, bypass_actors = [], conditions, rules = [] } = body as RulesetBody
  const { include = [], exclude = [] } = conditions?.ref_name ?? {}
  const pull = rules.find(({ type }) => type === 'pull_request')?.['parameters']
  const parameters: object = typeof pull === 'object' && pull !== null ? pull : {}
  return {
    name,
    enforcement,
    requiredApprovals: Number(Reflect.get(parameters, 'required_approving_review_count') ?? 0),
    requiresCodeOwners: Reflect.get(parameters, 'require_code_owner_review') === true,
    dismissesStale: Reflect.get(parameters, 'dismiss_stale_reviews_on_push') === true,
    written: { include, exclude, bypassActors: bypass_actors, rules },
  }
}

/** Only who may change a ruleset sees its bypass actors. */
function longRuleset(
  { site, repository, caller }: RepositoryRequest,
  ruleset: RulesetState,
): Readonly<Record<string, Json>> {
  const { include, exclude, bypassActors } = ruleset.written ?? {
    include: ['~DEFAULT_BRANCH'],
    exclude: [],
    bypassActors: [],
  }
  return {
    ...shortRuleset(site, repository, ruleset),
    ...(isAllowed(caller, 'administration', 'write') ? { bypass_actors: bypassActors } : {}),
    conditions: { ref_name: { include, exclude } },
    rules: rulesOf(ruleset),
  }
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
