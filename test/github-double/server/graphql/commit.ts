// A commit in GraphQL.
import type { ObjectId } from '../../../../src/domain/proof/git-history.ts'
import { authorsOf } from '../../git/signatures.ts'
import type { CommitState, RepositoryState, SignatureState } from '../../state.ts'
import { logOf } from '../git-log.ts'
import { entryAt } from '../git-path.ts'
import { commitIn } from '../lookup.ts'
import { htmlUrl } from '../rest/repository.ts'
import { connection } from './connection.ts'
import { objectFields, treeEntry } from './git-object.ts'
import type { Graph } from './graph.ts'
import { time } from './graph.ts'
import { Shown } from './shown.ts'
import type { Field, Given } from './shown.ts'

export function commit(graph: Graph, repository: RepositoryState, id: ObjectId): Shown | null {
  const { state } = graph.site.world
  const object = commitIn(state, repository, id)
  if (object === null) return null
  return new Shown('Commit', {
    ...objectFields(graph, repository, id, 'C'),
    ...texts(object),
    url: `${htmlUrl(graph.site, repository)}/commit/${id}`,
    tree: () => graph.object(repository, object.tree),
    author: () => gitActor(graph, object.author),
    committer: () => gitActor(graph, object.committer),
    authors: connection(graph.faults, {
      type: 'GitActorConnection',
      name: 'authors',
      members: authorsOf(state, id),
      show: author => gitActor(graph, author),
    }),
    signature: () => signature(graph, object),
    ...neighbours(graph, repository, id, object),
  })
}

function texts(object: CommitState): Readonly<Record<string, Field>> {
  const [headline = '', ...rest] = object.message.split('\n')
  return {
    authoredDate: time(object.author.at),
    committedDate: time(object.committer.at),
    authoredByCommitter: object.author.email === object.committer.email,
    committedViaWeb: object.isSignedByGitHub,
    message: object.message,
    messageHeadline: headline,
    messageBody: rest.join('\n').trim(),
    pushedDate: null,
  }
}

function neighbours(
  graph: Graph,
  repository: RepositoryState,
  id: ObjectId,
  object: CommitState,
): Readonly<Record<string, Field>> {
  const place = [graph.site.world.state, repository] as const
  return {
    parents: connection(graph.faults, {
      type: 'CommitConnection',
      name: 'parents',
      members: object.parents,
      show: parent => graph.commit(repository, parent),
    }),
    file: given => {
      const path = given.text('path') ?? ''
      const entry = entryAt(place, object.tree, path)
      return entry === null ? null : treeEntry(graph, repository, entry, path)
    },
    history: given => history(graph, repository, id, given),
    associatedPullRequests: given => {
      graph.need('pull_requests')
      return connection(graph.faults, {
        type: 'PullRequestConnection',
        name: 'associatedPullRequests',
        members: graph.site.world.associatedPullRequests(repository, id),
        show: pull => graph.pullRequest(repository, pull),
      })(given)
    },
  }
}

function history(graph: Graph, repository: RepositoryState, id: ObjectId, given: Given): Shown {
  const path = given.text('path')
  const log = logOf([graph.site.world.state, repository], id, path === '' ? null : path)
  return connection(graph.faults, {
    type: 'CommitHistoryConnection',
    edge: 'CommitEdge',
    name: 'history',
    members: log,
    show: each => graph.commit(repository, each),
  })(given)
}

function gitActor(graph: Graph, of: SignatureState): Shown {
  return new Shown('GitActor', {
    name: of.name,
    email: of.email,
    date: time(of.at),
    avatarUrl: `${graph.site.html}/avatars/unknown`,
    user: () => graph.user(of.accountId),
  })
}

/** Only commits by GitHub are signed here. */
function signature(graph: Graph, object: CommitState): Shown | null {
  if (!object.isSignedByGitHub) return null
  return new Shown('GpgSignature', {
    email: object.committer.email,
    isValid: true,
    keyId: null,
    payload: '',
    signature: '',
    signer: () => graph.user(object.committer.accountId),
    state: 'VALID',
    verifiedAt: time(object.committer.at),
    wasSignedByGitHub: true,
  })
}
