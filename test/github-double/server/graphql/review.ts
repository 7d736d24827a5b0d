// Reviews in GraphQL, with their teams.
import type { PullRequestState, RepositoryState, ReviewState, TeamState } from '../../state.ts'
import { authorAssociation } from '../rest/association.ts'
import { htmlUrl } from '../rest/repository.ts'
import { connection } from './connection.ts'
import type { Graph } from './graph.ts'
import { nodeId, time } from './graph.ts'
import { Shown } from './shown.ts'
import type { Field, Given } from './shown.ts'

export function reviewFields(
  graph: Graph,
  repository: RepositoryState,
  pull: PullRequestState,
): Readonly<Record<string, Field>> {
  const given = pull.reviews.filter(each => each.state !== 'PENDING')
  const list = (name: string, pick: (given: Given) => readonly ReviewState[]): Field => {
    return asked =>
      connection(graph.faults, {
        type: 'PullRequestReviewConnection',
        name,
        members: pick(asked),
        show: each => graph.review(repository, pull, each),
      })(asked)
  }
  return {
    reviews: list('reviews', asked => {
      const states = asked.list('states')
      return given.filter(each => states === null || states.includes(each.state))
    }),
    latestReviews: list('latestReviews', () => latest(given)),
    latestOpinionatedReviews: list('latestOpinionatedReviews', asked => {
      const writers = asked.isSet('writersOnly')
      const opinions = given.filter(each => each.state !== 'COMMENTED')
      return latest(opinions).filter(each => !writers || canPush(graph, repository, each))
    }),
  }
}

/** The last review of each reviewer. */
function latest(reviews: readonly ReviewState[]): readonly ReviewState[] {
  return [...new Map(reviews.map(each => [each.authorId, each])).values()]
}

function canPush(graph: Graph, repository: RepositoryState, of: ReviewState): boolean {
  const account = graph.site.world.state.accounts.get(of.authorId)
  const right = account === undefined ? null : graph.site.world.rightOf(repository, account)
  return right === 'write' || right === 'maintain' || right === 'admin'
}

export function review(
  graph: Graph,
  repository: RepositoryState,
  pull: PullRequestState,
  of: ReviewState,
): Shown {
  const anchor = `/pull/${pull.number}#pullrequestreview-${of.id}`
  return new Shown('PullRequestReview', {
    id: nodeId('PRR', of.id),
    databaseId: of.id,
    fullDatabaseId: String(of.id),
    author: () => graph.actor(of.authorId),
    authorAssociation: authorAssociation(graph.site, repository, of.authorId),
    authorCanPushToRepository: canPush(graph, repository, of),
    body: '',
    state: of.state,
    createdAt: time(of.at),
    submittedAt: time(of.at),
    updatedAt: time(of.at),
    url: `${htmlUrl(graph.site, repository)}${anchor}`,
    resourcePath: `/${repository.owner}/${repository.name}${anchor}`,
    commit: () => graph.commit(repository, of.commit),
    pullRequest: () => graph.pullRequest(repository, pull),
    repository: () => graph.repository(repository),
    onBehalfOf: given => {
      graph.need('members')
      return connection(graph.faults, {
        type: 'TeamConnection',
        name: 'onBehalfOf',
        members: teamsOf(graph, repository, of),
        show: team => shownTeam(graph, team),
      })(given)
    },
  })
}

/** The reviewer's teams among those that a ruleset requires. */
function teamsOf(graph: Graph, repository: RepositoryState, of: ReviewState): readonly TeamState[] {
  const asked = new Set(
    repository.rulesets.flatMap(each => each.requiredReviewers.map(({ teamId }) => teamId)),
  )
  const organization = graph.site.world.state.organizations.get(repository.owner)
  const teams = [...(organization?.teams.values() ?? [])]
  return teams.filter(team => asked.has(team.id) && team.members.has(of.authorId))
}

function shownTeam(graph: Graph, team: TeamState): Shown {
  return new Shown('Team', {
    id: nodeId('T', team.id),
    databaseId: team.id,
    slug: team.slug,
    name: team.slug,
    url: `${graph.site.html}/teams/${team.slug}`,
  })
}
