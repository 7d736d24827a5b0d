// countersign new NAME --open: the request file as a pull request. What an earlier run left, here or at GitHub, is continued.
import { join } from 'node:path'
import { prefixOf } from '../../../adapters/system/git-checkout.ts'
import { writeNew } from '../../../adapters/system/new-files.ts'
import { parseRequest } from '../../../core/request/parse-request.ts'
import { usageFailure } from '../../../domain/problem.ts'
import type { RequestFile } from '../../../domain/request/request.ts'
import { visible } from '../../../output/terminal/plural-words.ts'
import type { FileProposals } from '../../../ports/file-proposals.ts'
import { proposeFiles } from '../../../workflows/bootstrap/propose-files.ts'
import type { Context } from '../../command-context.ts'
import { openRepository } from '../repository-and-token.ts'
import type { GithubFlags } from '../repository-and-token.ts'
import { openRepositorySetup } from '../repository-setup-ports.ts'
import { readOwnKey } from './own-key-file.ts'

export interface Opening {
  readonly proposals: FileProposals
  /** owner/name */
  readonly repository: string
  readonly base: string
  readonly branch: string
  /** Name of the request. */
  readonly name: string
  /** Path of the request file, relative to the root of the context. */
  readonly path: string
  /** The same in the repository. */
  readonly pathThere: string
}

/** Looks before anything is created. Throws RUN_USAGE if the default branch has the file, GITHUB_ codes. */
export async function startOpening(
  context: Context,
  flags: GithubFlags,
  { name, path }: Pick<Opening, 'name' | 'path'>,
): Promise<Opening> {
  const facts = await (await openRepository(context, flags)).facts()
  const { proposals } = await openRepositorySetup(context, flags)
  const pathThere = `${await prefixOf(context.root)}${path}`
  if ((await proposals.filesAt(facts.tip).read(pathThere)) !== null)
    throw usageFailure(
      `${pathThere} is on ${facts.defaultBranch} of ${facts.name} already`,
      'edit that file in a pull request, or choose another name',
    )
  const branch = `countersign/${name}`
  const { name: repository, defaultBranch: base } = facts
  return { proposals, repository, base, branch, name, path, pathThere }
}

/**
 * The text of the request file of an earlier run: of the work tree, or of its branch at GitHub, then it is written to the work tree.
 * Null if there is none. `keyPath`: file of the own key; throws RUN_USAGE if the request is not for that key.
 */
export async function earlierRequest(
  context: Context,
  { proposals, branch, path, pathThere }: Opening,
  { requests, keyPath }: { readonly requests: string; readonly keyPath: string | null },
): Promise<string | null> {
  const here = await context.files.read(path)
  const tip = here === null ? await proposals.tip(branch) : null
  const there = tip === null ? null : await proposals.filesAt(tip.commit).read(pathThere)
  const file = here ?? there
  if (file === null) return null
  const source = here === null ? `the branch ${branch}` : 'the work tree'
  if (keyPath !== null) await checkKey(context, { ...file, path }, requests, keyPath, source)
  const text = Buffer.from(file.bytes).toString('utf8')
  if (here === null) await writeNew(join(context.root, path), text)
  context.terminal.talk(`${visible(path)} of ${source} is proposed as it is`)
  return text
}

async function checkKey(
  context: Context,
  file: RequestFile,
  requests: string,
  keyPath: string,
  source: string,
): Promise<void> {
  const parsed = parseRequest(file, requests)
  const wanted = parsed.ok ? (parsed.value.spec.request?.publicKey.spki ?? null) : null
  const key = wanted === null ? null : await readOwnKey(context, keyPath)
  if (key !== null && wanted !== null && Buffer.compare(key.spki, wanted) === 0) return
  throw usageFailure(
    `${visible(file.path)} of ${source} is not a request for the key in ${visible(keyPath)}, and it is not overwritten`,
    'name the file of its key with --key FILE, or choose another name',
  )
}

/** Returns the address of the pull request. Throws RUN_USAGE for a branch of somebody else, GITHUB_ codes. */
export async function openRequest(opening: Opening, text: string): Promise<string> {
  const { proposals, repository, base, branch, name, pathThere } = opening
  return proposeFiles(proposals, {
    repository,
    branch,
    base,
    files: new Map([[pathThere, text]]),
    title: `Certificate for ${name}`,
    body: `This adds the request \`${pathThere}\`. After review and merge, countersign issues the certificate.`,
  })
}
