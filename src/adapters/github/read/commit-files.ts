// The port RepositoryFiles for one commit at GitHub: reads its git objects without a checkout.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { RequestFile } from '../../../domain/request/request.ts'
import type { RepositoryFiles } from '../../../ports/repository-files.ts'
import type { BlobContents } from './blob-contents.ts'
import type { Leaf } from './git-tree-answer.ts'
import type { Trees } from './git-trees.ts'

const SUBMODULE = '160000'
const SHORT_ID = 7

export class GithubFiles implements RepositoryFiles {
  readonly description: string
  readonly #commit: ObjectId
  readonly #trees: Trees
  readonly #contents: BlobContents

  constructor(commit: ObjectId, trees: Trees, contents: BlobContents) {
    this.description = `commit ${commit.slice(0, SHORT_ID)}`
    this.#commit = commit
    this.#trees = trees
    this.#contents = contents
  }

  async read(path: string): Promise<RequestFile | null> {
    const leaf = await this.#trees.leafAt(this.#commit, path)
    if (leaf === null) return null
    const [file = null] = await this.#files([leaf])
    return file
  }

  /** If the folder is a file, that file is returned, so that its mode is judged. */
  async list(folder: string): Promise<readonly RequestFile[]> {
    const there = await this.#trees.at(this.#commit, folder)
    if (there === null) return []
    if (there.tree === null) {
      const file = await this.read(folder)
      return file === null ? [] : [file]
    }
    const leaves = (await this.#trees.below([there.tree])).get(there.tree) ?? []
    const prefix = folder === '' ? '' : `${folder}/`
    const files = await this.#files(
      leaves.map(leaf => ({ ...leaf, path: `${prefix}${leaf.path}` })),
    )
    return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** A submodule has no blob here. It is refused later because of its mode. */
  async #files(leaves: readonly Leaf[]): Promise<readonly RequestFile[]> {
    const blobs = await this.#contents.read(leaves.filter(({ mode }) => mode !== SUBMODULE))
    return leaves.map(({ path, mode, blob }) => {
      const bytes = blobs.get(blob) ?? new Uint8Array()
      return { path, mode, blob, bytes, uncommitted: false }
    })
  }
}
