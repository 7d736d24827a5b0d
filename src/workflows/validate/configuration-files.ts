// The configuration files of one state of the repository, from any source: the files that trusted-config is a digest of.
import { objectIn } from '../../domain/proof/git-history.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { configurationPlaces, isDeciding } from '../../core/approval/configuration-places.ts'
import { CODE_OWNERS_PLACES } from '../../core/approval/reviews/code-owners.ts'
import type { ConfigurationFiles } from '../../core/approval/configuration-digest.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'

/** Path → blob, without a workflow file. */
export async function configurationFiles(
  files: RepositoryFiles,
  config: string,
): Promise<ConfigurationFiles> {
  const places = configurationPlaces(config, null).filter(place => place !== POLICIES)
  const single = await Promise.all(places.map(place => files.read(place)))
  const policies = ((await files.list(POLICIES)) ?? []).filter(({ path }) => isDeciding(path))
  const found = [...single.filter(file => file !== null), ...policies]
  return new Map(found.map(file => [file.path, objectIn(file)]))
}

/** The CODEOWNERS that GitHub reads, null if there is none. */
export async function codeOwnersFile(files: RepositoryFiles): ReturnType<RepositoryFiles['read']> {
  for (const place of CODE_OWNERS_PLACES) {
    const file = await files.read(place)
    if (file !== null) return file
  }
  return null
}
