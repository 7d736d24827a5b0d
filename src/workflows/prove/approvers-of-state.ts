// Who approves by a state of the configuration. Its files may be of several commits: while one is not proved, its proved version counts.
import type { ApprovalConfig, Config, TeamRef } from '../../domain/request/config.ts'
import { ok, refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { bytesOfObject } from '../../domain/proof/git-history.ts'
import {
  CODE_OWNERS_PLACES,
  linkedOwners,
  readCodeOwners,
} from '../../core/approval/reviews/code-owners.ts'
import type { CodeOwners } from '../../core/approval/reviews/code-owners.ts'
import type { Approvers } from '../../core/approval/proof-facts.ts'
import type { ConfigurationState } from '../../core/approval/trust-root.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { textOf } from '../validate/read-requests.ts'
import { approvalRules, readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import type { History, ReviewFrame } from './applied-history.ts'

/** `approval.never` of the applied commit: who is barred is barred for the past too. */
export type Barred = ApprovalConfig['never']

export function withBarred(approvers: Approvers, barred: Barred): Approvers {
  const { approval } = approvers
  return { ...approvers, approval: { ...approval, never: [...approval.never, ...barred] } }
}

/** Who approves by the files of a state. If not all of its files are proved, they are of several commits. */
export class ApproversOfStates {
  readonly #approversOf: (state: ConfigurationState) => Promise<Approvers | null>
  /** Null if they cannot be read. */
  readonly #known = new Map<string, Approvers | null>()
  readonly #wanted = new Map<string, ConfigurationState>()

  constructor(source: ReviewedRepository, history: History, barred: Barred) {
    this.#approversOf = async state => {
      const read = await approversAt(filesOfState(source, state), history)
      return read.ok ? withBarred(read.value, barred) : null
    }
  }

  get teams(): readonly TeamRef[] {
    return [...this.#known.values()].flatMap(approvers => approvers?.teams ?? [])
  }

  /** Null also if they were not read yet. */
  of(state: ConfigurationState): Approvers | null {
    const key = filesKey(state)
    const known = this.#known.get(key)
    if (known === undefined) this.#wanted.set(key, state)
    return known ?? null
  }

  /** Without states, those that `of` did not know. False if there are none. */
  async read(states: readonly ConfigurationState[] = [...this.#wanted.values()]): Promise<boolean> {
    this.#wanted.clear()
    const read = states.map(async state =>
      this.#known.set(filesKey(state), await this.#approversOf(state)),
    )
    await Promise.all(read)
    return states.length > 0
  }
}

function filesKey({ files }: ConfigurationState): string {
  return JSON.stringify([...files].toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** All are asked for at once, with the first one that is read. Empty if GitHub no longer has one of them. */
export function filesOfState(
  source: Pick<ReviewedRepository, 'blobs'>,
  { commit, files }: ConfigurationState,
): RepositoryFiles {
  let found: Promise<readonly RequestFile[]> | null = null
  const all = async (): Promise<readonly RequestFile[]> => {
    const blobs = await source.blobs([...files.values()].map(bytesOfObject))
    const known = [...files].flatMap(([path, object]) => {
      const blob = bytesOfObject(object)
      const bytes = blobs.get(blob)
      const mode = object === blob ? '100644' : object.slice(0, 6)
      return bytes === undefined ? [] : [{ path, mode, blob, bytes, uncommitted: false }]
    })
    return known.length === files.size ? known : []
  }
  const read = (): Promise<readonly RequestFile[]> => (found ??= all())
  return {
    description: `commit ${commit.slice(0, 7)}`,
    read: async path => (await read()).find(each => each.path === path) ?? null,
    list: async folder => {
      const inside = (await read()).filter(({ path }) => path.startsWith(`${folder}/`))
      return inside.toSorted((one, other) => (one.path < other.path ? -1 : 1))
    },
  }
}

/** Who may approve by the files of one commit. `read`: the rules of exactly these files, if they were read without a fallback. */
export async function approversAt(
  files: RepositoryFiles,
  {
    frame,
    repository,
  }: Pick<History, 'repository'> & { readonly frame: Pick<ReviewFrame, 'config'> },
  read: Rules | null = null,
): Promise<Checked<Approvers>> {
  const [rules, owners] = await Promise.all([
    read === null ? readRules(files, frame.config, null) : ok(read),
    codeOwnersOf(files),
  ])
  if (!rules.ok) return rules
  const [organization = ''] = repository.name.split('/')
  const { config } = rules.value
  // Who may write approves requests, by the usual rule, and others can claim the name of a repository that was renamed.
  if (config.repositoryId !== null && config.repositoryId !== repository.id)
    return refuse(otherRepository(config, repository))
  const ruled = approvalRules(rules.value)
  return ok({
    approval: config.approval,
    codeOwners: owners,
    users: [...config.people, ...ruled.flatMap(({ users }) => users)],
    teams: ruled.flatMap(({ teams }) => teams),
    organization,
  })
}

function otherRepository({ path, repositoryId }: Config, { name, id }: RepositoryFacts): Problem {
  return unplaced(
    'CONFIG_REPOSITORY',
    `${path} is of the repository with the id ${repositoryId}, and ${name} has the id ${id}`,
    `check the name of the repository; in a copy of your own, correct repositoryId and begin with a new trusted-config`,
  )
}

async function codeOwnersOf(files: RepositoryFiles): Promise<CodeOwners | null> {
  const found = await Promise.all(CODE_OWNERS_PLACES.map(place => files.read(place)))
  // The first place that has a file counts.
  const file = found.find(each => each !== null)
  if (file === undefined || file === null) return null
  return file.mode.startsWith('100')
    ? readCodeOwners(file.path, textOf(file))
    : linkedOwners(file.path)
}
