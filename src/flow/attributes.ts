// The .gitattributes files of one commit that may be about its request files.
import type { AttributesFile } from '../approval/attributes.ts'
import { attributesAbove } from '../approval/shown.ts'
import type { RequestFile } from '../domain/request.ts'
import type { RepositoryFiles } from '../ports.ts'
import { textOf } from './read.ts'

const ATTRIBUTES = '.gitattributes'

/** Of the folders above the requests', and below; `files` are all of that folder. */
export async function readAttributes(
  commit: RepositoryFiles,
  folder: string,
  files: readonly RequestFile[],
): Promise<readonly AttributesFile[]> {
  const above = await Promise.all(attributesAbove(folder).map(place => commit.read(place)))
  const below = files.filter(({ path }) => path.endsWith(`/${ATTRIBUTES}`))
  return [...above.filter(file => file !== null), ...below].map(file => ({
    path: file.path,
    text: textOf(file),
  }))
}
