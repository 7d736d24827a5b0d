// The place of a new private key.
import { isInside, repositoryOf } from '../../../adapters/system/new-files.ts'
import { usageFailure } from '../../../domain/problem.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import type { Context } from '../../command-context.ts'
import { ownKeyPath } from './own-key-file.ts'

/** Never inside a repository, where the next commit would publish the key. Throws RUN_USAGE. */
export async function newKeyPath(
  context: Pick<Context, 'environment' | 'folder' | 'root'>,
  name: string,
  given: string | null,
): Promise<string> {
  const path = ownKeyPath(context, name, given)
  if (await isInside(context.root, path)) throw insideRepository(path, context.root, '--key')
  await checkOutsideRepository(path, '--key')
  return path
}

/** Throws RUN_USAGE if the file is, or would be, inside any repository. `flag` names another file. */
export async function checkOutsideRepository(path: string, flag: string): Promise<void> {
  const repository = await repositoryOf(path)
  if (repository !== null) throw insideRepository(path, repository, flag)
}

function insideRepository(path: string, repository: string, flag: string) {
  return usageFailure(
    `${visible(path)} is inside the repository ${visible(repository)}, where the next commit could publish the key`,
    `name a file outside of the repository with ${flag} FILE`,
  )
}
