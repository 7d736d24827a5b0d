// Event payloads like GitHub's, built from the REST bodies of the double and validated against GitHub's description.
import { z } from 'zod'
import type { Move } from './certs.ts'

/** GET of a path of the double's API. */
export type Ask = (path: string) => Promise<unknown>

export interface Payloads {
  pullRequest(number: number, action?: string): Promise<object>
  /** The newest review of the pull request. */
  review(number: number, action?: 'submitted' | 'dismissed'): Promise<object>
  push(move: Move): Promise<object>
  schedule(cron: string): Promise<object>
  dispatch(): Promise<object>
  mergeGroup(move: Move): Promise<object>
}

/** The members of the double's answers that payloads need; a repository keeps all other members too. */
const REPOSITORY = z.looseObject({
  owner: z.looseObject({ login: z.string() }),
  created_at: z.string(),
  pushed_at: z.string(),
  stargazers_count: z.number(),
})
const PERSON = z.object({ name: z.string(), email: z.string() })
const COMMIT = z.object({
  sha: z.string(),
  commit: z.object({
    author: PERSON,
    committer: PERSON.extend({ date: z.string() }),
    message: z.string(),
    tree: z.object({ sha: z.string() }),
  }),
  author: z.object({ login: z.string() }).nullable(),
  files: z.array(z.object({ filename: z.string(), status: z.string() })).optional(),
})

const BRANCH = 'main'
const REF = `refs/heads/${BRANCH}`
const WORKFLOW = '.github/workflows/countersign.yml'

/** Payloads of acme/certs; `sender` is the acting account. */
export function payloads(ask: Ask, sender: { readonly login: string }): Payloads {
  const repository = async () => REPOSITORY.parse(await ask('/repos/acme/certs'))
  const by = async () => {
    const of = await repository()
    return {
      repository: of,
      organization: of.owner,
      sender: simple(z.record(z.string(), z.unknown()).parse(await ask(`/users/${sender.login}`))),
    }
  }
  return {
    pullRequest: async (number, action = 'opened') => {
      const pull = await ask(`/repos/acme/certs/pulls/${number}`)
      return { action, number, pull_request: pull, ...(await by()) }
    },
    review: async (number, action = 'submitted') => {
      const pull = await ask(`/repos/acme/certs/pulls/${number}`)
      const reviews = await ask(`/repos/acme/certs/pulls/${number}/reviews`)
      const last = z
        .array(z.looseObject({ state: z.string() }))
        .parse(reviews)
        .at(-1)
      // The event writes states in lower case.
      const review = { ...last, state: last?.state.toLowerCase() }
      return { action, review, pull_request: pull, ...(await by()) }
    },
    push: async ({ before, after }) => {
      const compared = await ask(`/repos/acme/certs/compare/${before}...${after}`)
      const { commits } = z.object({ commits: z.array(COMMIT) }).parse(compared)
      const shown = commits.map(pushed)
      return {
        ref: REF,
        before,
        after,
        base_ref: null,
        created: false,
        deleted: false,
        forced: false,
        compare: `https://github.com/acme/certs/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
        commits: shown,
        head_commit: shown.at(-1) ?? null,
        pusher: { name: sender.login, email: `${sender.login}@example.com` },
        ...(await by()),
        repository: pushedTo(await repository()),
      }
    },
    schedule: async cron => ({
      schedule: cron,
      workflow: WORKFLOW,
      repository: await repository(),
    }),
    dispatch: async () => ({ inputs: null, ref: REF, workflow: WORKFLOW, ...(await by()) }),
    mergeGroup: async ({ before, after }) => ({
      action: 'checks_requested',
      merge_group: {
        head_sha: after,
        head_ref: `refs/heads/gh-readonly-queue/${BRANCH}/pr-1-${before}`,
        base_sha: before,
        base_ref: REF,
        head_commit: pushed(COMMIT.parse(await ask(`/repos/acme/certs/commits/${after}`))),
      },
      ...(await by()),
    }),
  }
}

/** The short form of an account, up to `site_admin`. */
function simple(account: object): object {
  const names = Object.keys(account)
  const short = new Set(names.slice(0, names.indexOf('site_admin') + 1))
  return Object.fromEntries(Object.entries(account).filter(([name]) => short.has(name)))
}

/** A repository as in push events, with two times in seconds and its owner's name. */
function pushedTo(repository: z.infer<typeof REPOSITORY>): object {
  const { owner, created_at: made, pushed_at: pushedAt, stargazers_count: stargazers } = repository
  const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000)
  return {
    ...repository,
    created_at: seconds(made),
    pushed_at: seconds(pushedAt),
    stargazers,
    master_branch: BRANCH,
    owner: { ...owner, name: owner.login, email: null },
  }
}

/** A commit as in events. */
function pushed({ sha, commit, author, files = [] }: z.infer<typeof COMMIT>): object {
  const paths = (status: string): readonly string[] =>
    files.filter(file => file.status === status).map(file => file.filename)
  const person = ({ name, email }: z.infer<typeof PERSON>, account: { login: string } | null) => ({
    name,
    email,
    ...(account === null ? {} : { username: account.login }),
  })
  return {
    id: sha,
    tree_id: commit.tree.sha,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `https://github.com/acme/certs/commit/${sha}`,
    author: person(commit.author, author),
    committer: person(commit.committer, null),
    added: paths('added'),
    removed: paths('removed'),
    modified: paths('modified'),
  }
}
