// The graph of a world: how objects find each other, and its root.
import type { ObjectId } from '../../../../src/domain/proof/git-history.ts'
import type { PullRequestState, RepositoryState, ReviewState } from '../../state.ts'
import type { FaultsOfRequest } from '../faults.ts'
import { isOwn } from '../author.ts'
import { accountByLogin, objectIn, repositoryByName, repositoryOnceNamed } from '../lookup.ts'
import type { Budget } from '../rate-limit.ts'
import type { Site } from '../rest/place.ts'
import { canSee, isAllowed } from '../tokens.ts'
import type { Caller, PermissionName } from '../tokens.ts'
import { actor, user } from './actor.ts'
import { commit } from './commit.ts'
import { blob, tree } from './git-object.ts'
import { time } from './graph.ts'
import type { Graph } from './graph.ts'
import { organization } from './organization.ts'
import { pullRequest } from './pull-request.ts'
import { ref, repository } from './repository.ts'
import { review } from './review.ts'
import { failure, forbidden, Shown } from './shown.ts'
import type { Given, Value } from './shown.ts'

export interface QueryCost {
  readonly cost: number
  readonly nodes: number
  readonly budget: Budget
}

export class WorldGraph implements Graph {
  readonly site: Site
  readonly faults: FaultsOfRequest
  readonly #caller: Caller

  constructor(site: Site, caller: Caller, faults: FaultsOfRequest) {
    this.site = site
    this.faults = faults
    this.#caller = caller
  }

  /** The root object of a query. */
  root(cost: QueryCost): Shown {
    return new Shown('Query', {
      rateLimit: () => rateLimit(cost),
      repository: given => this.#repositoryByName(given),
      organization: given => organization(this, this.#caller, given.text('login') ?? ''),
      user: given => this.#userByLogin(given),
      viewer: () => this.#viewer(),
    })
  }

  need(permission: PermissionName): void {
    if (!isAllowed(this.#caller, permission)) throw forbidden()
  }

  canSee(of: RepositoryState): boolean {
    return canSee(this.#caller, of)
  }

  isOwn(accountId: number): boolean {
    return isOwn(this.site.world.state, this.#caller, accountId)
  }

  repository(of: RepositoryState): Shown {
    return repository(this, of)
  }

  actor(id: number | null): Shown | null {
    return actor(this.site, id)
  }

  user(id: number | null): Shown | null {
    return user(this.site, id)
  }

  ref(of: RepositoryState, branch: string): Shown | null {
    return ref(this, of, branch)
  }

  object(of: RepositoryState, id: ObjectId, path = ''): Shown | null {
    const kind = objectIn(this.site.world.state, of, id)?.kind
    if (kind === 'commit') return commit(this, of, id)
    return kind === 'tree' ? tree(this, of, id, path) : blob(this, of, id)
  }

  commit(of: RepositoryState, id: ObjectId): Shown | null {
    this.need('contents')
    return commit(this, of, id)
  }

  pullRequest(of: RepositoryState, pull: PullRequestState): Shown {
    return pullRequest(this, of, pull)
  }

  review(of: RepositoryState, pull: PullRequestState, given: ReviewState): Shown {
    return review(this, of, pull, given)
  }

  #repositoryByName(given: Given): Value {
    given.isSet('followRenames')
    const [owner, name] = [given.text('owner') ?? '', given.text('name') ?? '']
    const { state } = this.site.world
    const found = repositoryByName(state, owner, name) ?? repositoryOnceNamed(state, owner, name)
    if (found !== null && this.canSee(found)) return this.repository(found)
    const message = `Could not resolve to a Repository with the name '${owner}/${name}'.`
    throw failure('NOT_FOUND', message)
  }

  #userByLogin(given: Given): Value {
    const login = given.text('login') ?? ''
    const account = accountByLogin(this.site.world.state, login)
    const shown = account === null ? null : this.user(account.id)
    if (shown !== null) return shown
    throw failure('NOT_FOUND', `Could not resolve to a User with the login of '${login}'.`)
  }

  #viewer(): Value {
    const grant = this.#caller.grant
    const id = grant !== null && 'account' in grant.as ? grant.as.account : null
    const shown = this.user(id)
    if (shown === null) throw forbidden()
    return shown
  }
}

function rateLimit({ cost, nodes, budget }: QueryCost): Shown {
  return new Shown('RateLimit', {
    cost,
    limit: budget.limit,
    nodeCount: nodes,
    remaining: budget.remaining,
    resetAt: time(budget.reset),
    used: budget.used,
  })
}
