// The port RepositoryFiles for one commit at GitHub: reads its git objects without a checkout.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { RequestFile } from '../../../domain/request/request.ts'
import type { RepositoryFiles } from '../../../ports/repository-files.ts'
import { blobsIn, withBytes } from '../../system/work-tree-files.ts'
import type { BlobContents } from './blob-contents.ts'
import type { Leaf } from './git-tree-answer.ts'
import type { Trees } from './git-trees.ts'

const SHORT_ID = 7

export function githubFiles(
  commit: ObjectId,
  trees: Trees,
  contents: BlobContents,
): RepositoryFiles {
  const read = async (path: string): Promise<RequestFile | null> => {
    const leaf = await trees.leafAt(commit, path)
    if (leaf === null) return null
    const [file = null] = await filesOf([leaf])
    return file
  }
  return {
    description: `commit ${commit.slice(0, SHORT_ID)}`,
    read,

    /** If the folder is a file, that file is returned, so that its mode is judged. */
    async list(folder) {
      const there = await trees.at(commit, folder)
      if (there === null) return []
      if (there.tree === null) {
        const file = await read(folder)
        return file === null ? [] : [file]
      }
      const leaves = (await trees.below([there.tree])).get(there.tree) ?? []
      const prefix = folder === '' ? '' : `${folder}/`
      const files = await filesOf(leaves.map(leaf => ({ ...leaf, path: `${prefix}${leaf.path}` })))
      return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
    },
  }

  async function filesOf(leaves: readonly Leaf[]): Promise<readonly RequestFile[]> {
    return withBytes(leaves, await contents.read(blobsIn(leaves)))
  }
}
