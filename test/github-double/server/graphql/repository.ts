// A repository in GraphQL, and its branches.
import type { ObjectId } from '../../../../src/domain/proof/git-history.ts'
import type { PullRequestState, RepositoryState, RulesetState } from '../../state.ts'
import { logBetween } from '../git-log.ts'
import { resolve } from '../git-path.ts'
import { accountByLogin, fullName, pullRequestIn } from '../lookup.ts'
import { comparison } from '../rest/branch.ts'
import { htmlUrl } from '../rest/repository.ts'
import { connection } from './connection.ts'
import type { Graph } from './graph.ts'
import { nodeId, time } from './graph.ts'
import { issuesField } from './issue.ts'
import { ruleset } from './ruleset.ts'
import { failure, Shown } from './shown.ts'
import type { Field, Given, Value } from './shown.ts'

export function repository(graph: Graph, of: RepositoryState): Shown {
  const { state } = graph.site.world
  return new Shown('Repository', {
    id: nodeId('R', of.id),
    databaseId: of.id,
    name: of.name,
    nameWithOwner: fullName(of),
    url: htmlUrl(graph.site, of),
    resourcePath: `/${fullName(of)}`,
    visibility: of.visibility.toUpperCase(),
    isPrivate: of.visibility !== 'public',
    isFork: of.forkOf !== null,
    isArchived: false,
    isDisabled: false,
    isEmpty: of.branches.size === 0,
    isInOrganization: state.organizations.has(of.owner),
    owner: () => owner(graph, of),
    parent: () => {
      const parent = state.repositories.get(of.forkOf ?? -1)
      return parent === undefined ? null : graph.repository(parent)
    },
    ...gitFields(graph, of),
    ...pullFields(graph, of),
    issues: issuesField(graph, of),
    ...rulesetFields(graph, of),
  })
}

function owner(graph: Graph, of: RepositoryState): Shown | null {
  const { site } = graph
  const account = accountByLogin(site.world.state, of.owner)
  if (account !== null) return graph.actor(account.id)
  return new Shown('Organization', {
    id: nodeId('O', of.owner),
    databaseId: null,
    login: of.owner,
    url: `${site.html}/${of.owner}`,
    resourcePath: `/${of.owner}`,
    avatarUrl: `${site.html}/avatars/organization`,
  })
}

function gitFields(graph: Graph, of: RepositoryState): Readonly<Record<string, Field>> {
  return {
    defaultBranchRef: () => graph.ref(of, of.defaultBranch),
    ref: given => graph.ref(of, (given.text('qualifiedName') ?? '').replace(/^refs\/heads\//, '')),
    refs: given => {
      const prefix = given.text('refPrefix')
      return connection(graph.faults, {
        type: 'RefConnection',
        name: 'refs',
        members: prefix === 'refs/heads/' ? [...of.branches.keys()] : [],
        show: branch => graph.ref(of, branch),
      })(given)
    },
    object: given => {
      graph.need('contents')
      return objectAt(graph, of, given)
    },
  }
}

function objectAt(graph: Graph, of: RepositoryState, given: Given): Value {
  const expression = given.text('oid') ?? given.text('expression')
  if (expression === null) throw failure('UNPROCESSABLE', 'Either oid or expression is needed.')
  const found = resolve([graph.site.world.state, of], expression)
  return found === null ? null : graph.object(of, found.id, found.path ?? '')
}

export function ref(graph: Graph, of: RepositoryState, branch: string): Shown | null {
  const tip = of.branches.get(branch)
  if (tip === undefined) return null
  return new Shown('Ref', {
    id: nodeId('REF', `${of.id}:${branch}`),
    name: branch,
    prefix: 'refs/heads/',
    repository: () => graph.repository(of),
    target: () => {
      graph.need('contents')
      return graph.object(of, tip)
    },
    compare: given => {
      graph.need('contents')
      const head = resolve([graph.site.world.state, of], given.text('headRef') ?? '')
      return head === null ? null : comparisonOf(graph, of, tip, head.id)
    },
  })
}

function comparisonOf(graph: Graph, of: RepositoryState, base: ObjectId, head: ObjectId): Shown {
  const place = [graph.site.world.state, of] as const
  const ahead = logBetween(place, base, head)
  const behind = logBetween(place, head, base)
  return new Shown('Comparison', {
    id: nodeId('CMP', `${base}:${head}`),
    aheadBy: ahead.length,
    behindBy: behind.length,
    status: comparison(ahead.length, behind.length),
    baseTarget: () => graph.object(of, base),
    headTarget: () => graph.object(of, head),
    commits: connection(graph.faults, {
      type: 'ComparisonCommitConnection',
      edge: 'CommitEdge',
      name: 'commits',
      members: ahead,
      show: id => graph.commit(of, id),
      more: () => ({ authorCount: 1 }),
    }),
  })
}

function pullFields(graph: Graph, of: RepositoryState): Readonly<Record<string, Field>> {
  return {
    pullRequest: given => {
      graph.need('pull_requests')
      const number = given.number('number') ?? 0
      const pull = pullRequestIn(of, number)
      if (pull !== null) return graph.pullRequest(of, pull)
      const message = `Could not resolve to a PullRequest with the number of ${number}.`
      throw failure('NOT_FOUND', message)
    },
    pullRequests: given => {
      graph.need('pull_requests')
      return connection(graph.faults, {
        type: 'PullRequestConnection',
        name: 'pullRequests',
        members: of.pullRequests.filter(pull => isWanted(pull, given)),
        show: pull => graph.pullRequest(of, pull),
      })(given)
    },
  }
}

function isWanted(pull: PullRequestState, given: Given): boolean {
  const base = given.text('baseRefName')
  const head = given.text('headRefName')
  const states = given.list('states')
  return (
    (base === null || pull.base === base) &&
    (head === null || pull.headBranch === head) &&
    (states === null || states.includes(pull.state.toUpperCase()))
  )
}

function rulesetFields(graph: Graph, of: RepositoryState): Readonly<Record<string, Field>> {
  const show = (each: RulesetState): Shown => ruleset(graph, of, each)
  return {
    rulesets: connection(graph.faults, {
      type: 'RepositoryRulesetConnection',
      name: 'rulesets',
      members: of.rulesets,
      show,
    }),
    ruleset: given => {
      const id = given.number('databaseId')
      const found = of.rulesets.find(each => each.id === id)
      return found === undefined ? null : show(found)
    },
    pushedAt: () => time(of.activity.at(-1)?.at ?? new Date(0)),
  }
}
