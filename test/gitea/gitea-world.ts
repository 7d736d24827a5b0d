// People at a real Gitea server: what each does with git or by the API, one after another. Each deed ends when the server has recorded it,
// and begins in a later second than the one before it.
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { ObjectId } from '../../src/domain/proof/git-history.ts'
import { GitWork } from './git-work.ts'
import type { MadeCommit, Signature } from './git-work.ts'
import type { GiteaServer } from './start.mjs'

const PASSWORD = 'a password of the tests'
const POLL_MS = 500
const TRIES = 500
/** At most what Gitea answers at once. */
const ROWS = 50
const FEED = z.array(
  z.object({ id: z.number(), ref_name: z.string(), op_type: z.string(), content: z.string() }),
)

/** Gitea refused a deed. */
export class GiteaRefused extends Error {
  override readonly name = 'GiteaRefused'
  readonly status: number

  constructor(what: string, status: number, said: string) {
    super(`${what}: ${status} ${said}`)
    this.status = status
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export class GiteaWorld {
  readonly server: GiteaServer
  readonly work: GitWork
  readonly repository: string

  /** `repository`: owner/name. `folder`: for commits that are made here. */
  constructor(server: GiteaServer, repository: string, folder: string) {
    this.server = server
    this.repository = repository
    this.work = new GitWork(folder)
  }

  /** The answer of the API to an account; null is the administrator of the server. Throws GiteaRefused. */
  async api(login: string | null, method: Method, path: string, body?: object): Promise<unknown> {
    const { admin, url } = this.server
    const user = login ?? admin.login
    const basic = Buffer.from(`${user}:${login === null ? admin.password : PASSWORD}`)
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Basic ${basic.toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new GiteaRefused(`${method} ${path} as ${user}`, response.status, text)
    return text === '' ? null : JSON.parse(text)
  }

  /** The same below the repository. */
  at(login: string | null, method: Method, path: string, body?: object): Promise<unknown> {
    return this.api(login, method, `/repos/${this.repository}${path}`, body)
  }

  async addUser(login: string): Promise<number> {
    const made = await this.api(null, 'POST', '/admin/users', {
      username: login,
      email: signatureOf(login).email,
      password: PASSWORD,
      must_change_password: false,
    })
    return z.object({ id: z.number() }).parse(made).id
  }

  /** A token of an account with these scopes. */
  async token(login: string | null, scopes: readonly string[]): Promise<string> {
    const user = login ?? this.server.admin.login
    const name = `token-${Math.random().toString(36).slice(2)}`
    const made = await this.api(login, 'POST', `/users/${user}/tokens`, { name, scopes })
    return z.object({ sha1: z.string() }).parse(made).sha1
  }

  /** The address of a repository for git, with the password of the account. */
  address(login: string | null, repository = this.repository): string {
    const { admin, url } = this.server
    const to = new URL(`${url}/${repository}.git`)
    to.username = login ?? admin.login
    to.password = login === null ? admin.password : PASSWORD
    return to.href
  }

  commit(commit: MadeCommit): Promise<ObjectId> {
    return this.work.commit(commit)
  }

  /** Pushes a commit to a branch, or deletes the branch (''), and waits until the feed has it. */
  async push(
    login: string,
    commit: ObjectId,
    branch: string,
    { isForced = false, repository = this.repository } = {},
  ): Promise<void> {
    const before = await this.newest(branch, repository)
    await this.work.push(this.address(login, repository), commit, `refs/heads/${branch}`, isForced)
    await this.recorded(repository, branch, before)
  }

  async tip(branch: string, repository = this.repository): Promise<ObjectId | null> {
    const path = `/repos/${repository}/git/refs/heads/${branch}`
    const refs = await this.api(null, 'GET', path).catch(missing)
    const found = z
      .array(z.object({ ref: z.string(), object: z.object({ sha: z.string() }) }))
      .parse(refs ?? [])
    return found.find(({ ref }) => ref === `refs/heads/${branch}`)?.object.sha ?? null
  }

  /** The number of the newest row of the feed about a branch, before a deed that adds one; 0 if there is none. */
  async newest(branch: string, repository = this.repository): Promise<number> {
    for (let page = 1; ; page++) {
      const path = `/repos/${repository}/activities/feeds?limit=${ROWS}&page=${page}`
      const rows = FEED.parse(await this.api(null, 'GET', path))
      // Newest first. A push of many refs adds a row for each of them, so that of the branch can be pages away.
      const own = rows.filter(
        ({ ref_name, op_type, content }) =>
          ref_name === `refs/heads/${branch}` && (content !== '' || op_type === 'delete_branch'),
      )
      if (own.length > 0 || rows.length === 0) return Math.max(0, ...own.map(({ id }) => id))
    }
  }

  /** Ends when the feed has a newer row about a branch: Gitea writes rows from a queue. */
  async recorded(repository: string, branch: string, before: number): Promise<void> {
    while ((await this.newest(branch, repository)) <= before) await pause(POLL_MS)
  }

  /** Merges at once, or as soon as Gitea has checked whether the pull request has conflicts: until then it refuses. */
  async merge(login: string, number: number, way: string): Promise<void> {
    for (let tries = 1; ; tries++)
      try {
        await this.at(login, 'POST', `/pulls/${number}/merge`, { Do: way })
        return
      } catch (cause) {
        const isChecking = cause instanceof GiteaRefused && /try again later/i.test(cause.message)
        if (!isChecking || tries >= TRIES) throw cause
        await pause(POLL_MS)
      }
  }

  /** Ends when Gitea has checked that a pull request can be merged. */
  async mergeable(number: number): Promise<void> {
    const shape = z.object({ mergeable: z.boolean() })
    for (let tries = 0; tries < TRIES; tries++) {
      if (shape.parse(await this.at(null, 'GET', `/pulls/${number}`)).mergeable) return
      await pause(POLL_MS)
    }
    throw new Error(`#${number} has conflicts`)
  }

  /** Ends in the next second of the server, which is this machine: the server records whole seconds. */
  async nextSecond(): Promise<void> {
    await pause(1000 - (Date.now() % 1000) + 5)
  }
}

export function signatureOf(login: string): Signature {
  return { name: login, email: `${login}@example.com` }
}

function missing(cause: unknown): null {
  if (cause instanceof GiteaRefused && cause.status === 404) return null
  throw cause
}
