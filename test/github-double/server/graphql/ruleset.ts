// A ruleset in GraphQL. GitHub shows the required reviewers of single files in REST only.
import type { RepositoryState, RulesetState } from '../../state.ts'
import { connection } from './connection.ts'
import type { Graph } from './graph.ts'
import { nodeId, time } from './graph.ts'
import { Shown } from './shown.ts'

export function ruleset(graph: Graph, repository: RepositoryState, of: RulesetState): Shown {
  return new Shown('RepositoryRuleset', {
    id: nodeId('RRS', of.id),
    databaseId: of.id,
    name: of.name,
    enforcement: of.enforcement.toUpperCase(),
    target: 'BRANCH',
    createdAt: time(of.updatedAt),
    updatedAt: time(of.updatedAt),
    source: () => graph.repository(repository),
    conditions: () =>
      new Shown('RepositoryRuleConditions', {
        refName: new Shown('RefNameConditionTarget', {
          include: ['~DEFAULT_BRANCH'],
          exclude: [],
        }),
      }),
    bypassActors: connection<never>(graph.faults, {
      type: 'RepositoryRulesetBypassActorConnection',
      name: 'bypassActors',
      members: [],
      show: () => null,
    }),
    rules: connection(graph.faults, {
      type: 'RepositoryRuleConnection',
      name: 'rules',
      members: [of],
      show: each => rule(each),
    }),
  })
}

function rule(of: RulesetState): Shown {
  return new Shown('RepositoryRule', {
    id: nodeId('RR', of.id),
    type: 'PULL_REQUEST',
    parameters: new Shown('PullRequestParameters', {
      allowedMergeMethods: ['merge', 'squash', 'rebase'],
      dismissStaleReviewsOnPush: of.dismissesStale,
      requireCodeOwnerReview: of.requiresCodeOwners,
      requireLastPushApproval: false,
      requiredApprovingReviewCount: of.requiredApprovals,
      requiredReviewThreadResolution: false,
    }),
  })
}
