// What a pull request has that no approval of it makes up for: apply would refuse it after the merge, so its plan says it before.
import { hidingAttributes } from '../approval/attributes.ts'
import { foldedAway } from '../approval/folded.ts'
import { tooLarge } from '../approval/judge.ts'
import { mixedPull } from '../approval/mixed.ts'
import type { Problem } from '../domain/problem.ts'
import type { PullRequest } from '../domain/pull-request.ts'
import type { RepositoryFacts } from '../domain/repository.ts'
import { readAttributes } from './attributes.ts'
import type { OpenPullRequest } from './open-pull-request.ts'
import { textOf } from './read.ts'

/**
 * `paths` of the files that something would be done for. Codes: APPROVAL_OTHER_BASE, APPROVAL_MIXED, APPROVAL_TOO_LARGE,
 * APPROVAL_HIDDEN.
 */
export async function unprovable(
  { repository, head, pull, trails, places, facts }: OpenPullRequest,
  folder: string,
  paths: readonly string[],
): Promise<readonly Problem[]> {
  // One problem for the pull request, not one for each file.
  const mixed = [...trails.values()]
    .flatMap(trail => mixedPull(pull, trail, places, facts) ?? [])
    .slice(0, 1)
  const [first] = paths
  if (first === undefined) return mixed
  const files = (await head.list(folder)) ?? []
  const folded = files
    .filter(({ path }) => paths.includes(path))
    .flatMap(file => foldedAway(file.path, textOf(file)) ?? [])
  return [
    ...elsewhere(pull, repository),
    ...mixed,
    ...(pull.isTooLarge
      ? [tooLarge({ path: first, blob: trails.get(first)?.blob ?? null }, pull)]
      : []),
    ...hidingAttributes(await readAttributes(head, folder, files), paths),
    ...folded,
  ]
}

/** Stacked on another pull request, or for a branch of releases: its merge brings nothing to the branch that is applied. */
function elsewhere(
  { number, base }: PullRequest,
  { defaultBranch }: RepositoryFacts,
): readonly Problem[] {
  if (base === defaultBranch) return []
  return [
    {
      code: 'APPROVAL_OTHER_BASE',
      at: null,
      message: `pull request #${number} goes to ${base}, and only what one brings to ${defaultBranch} is issued`,
      hint: `change its base to ${defaultBranch}, push to it so that it is planned again, and have it approved after that`,
    },
  ]
}
