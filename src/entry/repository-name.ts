// The repository at GitHub that a command works on.
import { usageFailure } from '../domain/problem.ts'
import type { Context } from './command-context.ts'

/** owner/name: as given, else of the environment, else the origin of the checkout. Throws RUN_USAGE if there is none. */
export async function repositoryName(
  { environment, git }: Pick<Context, 'environment' | 'git'>,
  given: string | null,
): Promise<string> {
  const name = given ?? environment['GITHUB_REPOSITORY'] ?? (await git.origin())
  if (name !== null) return name
  throw usageFailure(
    'the repository at GitHub is not known: this checkout has no origin there',
    'name it with --repository OWNER/NAME',
  )
}
