// The place of a new private key.
import { topOf } from '../../../adapters/system/git-checkout.ts'
import { isInside } from '../../../adapters/system/new-files.ts'
import { usageFailure } from '../../../domain/problem.ts'
import type { Context } from '../../command-context.ts'
import { ownKeyPath } from './own-key-file.ts'

/** Never inside the repository, where the next commit would publish the key. Throws RUN_USAGE. */
export async function newKeyPath(
  context: Pick<Context, 'environment' | 'folder' | 'root'>,
  name: string,
  given: string | null,
): Promise<string> {
  const path = ownKeyPath(context, name, given)
  for (const folder of [context.root, await topOf(context.root)])
    if (folder !== null && (await isInside(folder, path)))
      throw usageFailure(
        `${path} is inside the repository, where the next commit could publish the key`,
        'name a file outside of the repository with --key FILE',
      )
  return path
}
