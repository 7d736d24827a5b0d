// The .gitattributes files that may be about request files: of one commit, and of what reviewers were shown.
import type { AttributesFile } from '../../core/approval/visibility/hiding-attributes.ts'
import { attributesAbove } from '../../core/approval/visibility/shown-files.ts'
import { GONE } from '../../domain/proof/git-history.ts'
import type { BlobsAt, FileAt, ObjectId } from '../../domain/proof/git-history.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { textOf } from '../validate/read-requests.ts'

const ATTRIBUTES = '.gitattributes'

export interface ReadAttributes extends AttributesFile {
  readonly blob: ObjectId
}

/** Of the folders above the requests', and below; `files` are all of that folder. */
export async function readAttributes(
  commit: RepositoryFiles,
  folder: string,
  files: readonly RequestFile[],
): Promise<readonly ReadAttributes[]> {
  const above = await Promise.all(attributesAbove(folder).map(place => commit.read(place)))
  const below = files.filter(({ path }) => path.endsWith(`/${ATTRIBUTES}`))
  return [...above.filter(file => file !== null), ...below].map(file => ({
    path: file.path,
    text: textOf(file),
    blob: file.blob,
  }))
}

/** Their texts by blob: each is read once, and those that are known are not read. */
export async function attributeTexts(
  source: ReviewedRepository,
  files: readonly FileAt[],
  blobAt: BlobsAt,
  known: readonly ReadAttributes[],
): Promise<ReadonlyMap<ObjectId, string>> {
  const texts = new Map(known.map(({ blob, text }) => [blob, text]))
  for (const { commit, path } of files) {
    const blob = blobAt({ commit, path })
    if (blob === null || blob === GONE || texts.has(blob)) continue
    const file = await source.filesAt(commit).read(path)
    if (file !== null) texts.set(file.blob, textOf(file))
  }
  return texts
}
