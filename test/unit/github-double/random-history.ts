// A history from a list of numbers: each selects an action, a person and a place. Actions that GitHub refuses are skipped.
import { Refusal } from '../../github-double/refusal.ts'
import type { AccountState, PullRequestState, RepositoryState } from '../../github-double/state.ts'
import type { World } from '../../github-double/world.ts'
import { FILE, scene } from './scene.ts'

const BRANCHES = ['main', 'one', 'two', 'three', 'four/five'] as const
const METHODS = ['merge', 'squash', 'rebase'] as const

export interface RandomHistory {
  readonly world: World
  readonly repository: RepositoryState
  /** Steps that were not refused. */
  readonly done: number
}

/** Removes a third of the lines of the file, changes one, or adds one; every line is unique. */
function edited(before: string, roll: number, step: number): string {
  const lines = before.split(/(?<=\n)/)
  const at = roll % Math.max(1, lines.length)
  const fresh = roll % 7 === 0 ? [] : [`line of step ${step}\n`]
  lines.splice(at, roll % 3 === 0 ? 0 : 1, ...fresh)
  return lines.join('')
}

/** Plays the rolls and calls `check` after each. */
export function randomHistory(
  rolls: readonly number[],
  check: (history: RandomHistory) => void = () => {},
): RandomHistory {
  const { world, repository, owner, author, reviewer, read } = scene({
    commitIdMoves: 'patch-identical',
  })
  const people = [owner, author, reviewer]
  let done = 0
  for (const [step, roll] of rolls.entries()) {
    world.tick(roll % 3)
    const [who = owner, branch = 'main'] = [
      people[(roll >> 4) % people.length],
      BRANCHES[(roll >> 6) % BRANCHES.length],
    ]
    const open = repository.pullRequests.filter(pr => pr.state === 'open')
    const pr = open[(roll >> 9) % Math.max(1, open.length)]
    try {
      act({ world, repository, who, branch, roll: roll >> 12, step, pr, read }, roll % 16)
      done++
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
    check({ world, repository, done })
  }
  return { world, repository, done }
}

interface Act {
  readonly world: World
  readonly repository: RepositoryState
  readonly who: AccountState
  readonly branch: string
  readonly roll: number
  readonly step: number
  readonly pr: PullRequestState | undefined
  readonly read: (commit: string, path?: string) => string | null
}

function act(all: Act, kind: number): void {
  const { world, repository, who, branch, roll, step, pr, read } = all
  const parent = repository.branches.get(branch) ?? world.tipOf(repository)
  const path = roll % 4 === 0 ? `other/${roll % 5}` : FILE
  const files = { [path]: edited(read(parent, path) ?? '', roll, step) }
  const method = METHODS[roll % 3] ?? 'merge'
  if (kind < 5) {
    const commit = world.commit({ parent, files, author: who })
    world.push({ actor: who, repository, branch, commit })
  } else if (kind === 5)
    world.editOnWeb({ actor: who, repository, branch, files, coAuthors: [null] })
  else if (kind === 6)
    world.push({
      actor: who,
      repository,
      branch,
      commit: world.commit({ parent: world.tipOf(repository), files, author: who }),
      force: true,
    })
  else if (kind < 9) world.openPullRequest({ actor: who, repository, branch })
  else if (kind === 9) world.deleteBranch(repository, branch, who)
  else if (pr === undefined) return
  else if (kind === 10) world.review(pr, who, 'APPROVED')
  else if (kind === 11) world.updateBranch(pr, who)
  else if (kind === 12) world.rebaseBranch(pr, who, { resolution: files })
  else if (kind === 13) world.mergeBaseByHand(pr, who, { resolution: files })
  else if (kind === 14) world.mergeByHand(pr, who, { resolution: files })
  else world.merge(pr, who, method)
}
