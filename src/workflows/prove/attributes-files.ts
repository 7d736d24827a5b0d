// The .gitattributes files that may apply to request files: at one commit, and at the commits that reviewers were shown.
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

/** Those above the request folder, and those in it; `files` are all files of that folder. */
export async function readAttributes(
  commit: RepositoryFiles,
  folder: string,
  files: readonly RequestFile[],
): Promise<readonly ReadAttributes[]> {
  const above = await Promise.all(attributesAbove(folder).map(place => commit.read(place)))
  const below = files.filter(({ path }) => path.endsWith(`/${ATTRIBUTES}`))
  return [...above.filter(file => file !== null), ...below].map(file => ({
    path: file.path,
    text: attributesIn(file),
    blob: file.blob,
  }))
}

/** Whether GitHub reads a link is not known: it may hide everything, and shows nothing again. */
function attributesIn(file: RequestFile): string {
  return file.mode.startsWith('100') ? textOf(file) : '* linguist-generated\n'
}

/** Texts by blob and path: each is read once, and those of `known` are not read again. */
export async function attributeTexts(
  source: ReviewedRepository,
  files: readonly FileAt[],
  blobAt: BlobsAt,
  known: readonly ReadAttributes[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map(known.map(({ blob, path, text }) => [`${blob} ${path}`, text]))
  for (const { commit, path } of files) {
    const blob = blobAt({ commit, path })
    if (blob === null || blob === GONE || texts.has(`${blob} ${path}`)) continue
    const file = await source.filesAt(commit).read(path)
    if (file !== null) texts.set(`${file.blob} ${path}`, attributesIn(file))
  }
  return texts
}
