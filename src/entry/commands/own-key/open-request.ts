// countersign new NAME --open: the request file as a pull request. What an earlier run left, here or at GitHub, is continued.
import { join } from 'node:path'
import { prefixOf } from '../../../adapters/system/git-checkout.ts'
import { writeNew } from '../../../adapters/system/new-files.ts'
import { parseRequest } from '../../../core/request/parse-request.ts'
import { usageFailure } from '../../../domain/problem.ts'
import type { RequestFile } from '../../../domain/request/request.ts'
import { visible } from '../../../output/terminal/plural-words.ts'
import type { FileProposals } from '../../../ports/file-proposals.ts'
import { deleteBranchCommand } from '../../../setup/repository/gh-commands.ts'
import { proposeFiles } from '../../../workflows/bootstrap/propose-files.ts'
import type { Context } from '../../command-context.ts'
import { openRepository } from '../repository-and-token.ts'
import type { GithubFlags } from '../repository-and-token.ts'
import { openRepositorySetup } from '../repository-setup-ports.ts'
import { readOwnKey } from './own-key-file.ts'

export interface Opening {
  /** The text of the request file of an earlier run, null if there is none. */
  readonly earlier: string | null
  /** Returns the address of the pull request. Throws RUN_USAGE for a branch of somebody else, GITHUB_ codes. */
  readonly open: (text: string) => Promise<string>
}

interface OpenedRequest {
  readonly name: string
  /** Path of the request file, relative to the root of the context. */
  readonly path: string
  /** Folder of the request files. */
  readonly requests: string
  /** File of the own key, null without one. */
  readonly keyPath: string | null
}

/**
 * Looks before a key is made. An earlier file that only the branch has is written to the work tree. Throws GITHUB_ codes, and RUN_USAGE
 * if the default branch has the file, the branch has none, or an earlier file is not for the key.
 */
export async function openingOf(
  context: Context,
  flags: GithubFlags,
  request: OpenedRequest,
): Promise<Opening> {
  const { name, path } = request
  const repository = await (await openRepository(context, flags)).facts()
  const { proposals } = await openRepositorySetup(context, flags)
  const proposal = {
    repository: repository.name,
    base: repository.defaultBranch,
    branch: `countersign/${name}`,
    path: `${await prefixOf(context.root)}${path}`,
  }
  if ((await proposals.filesAt(repository.tip).read(proposal.path)) !== null)
    throw usageFailure(
      `${proposal.path} is on ${proposal.base} of ${proposal.repository} already`,
      'edit that file in a pull request, or choose another name',
    )
  return {
    earlier: await earlierRequest(context, proposals, proposal, request),
    open: text =>
      proposeFiles(proposals, {
        ...proposal,
        files: new Map([[proposal.path, text]]),
        title: `Certificate for ${name}`,
        body: `This adds the request \`${proposal.path}\`. After review and merge, countersign issues the certificate.`,
      }),
  }
}

/** Proposes the changed file of a request. Returns the address of the pull request. Throws RUN_USAGE and GITHUB_ codes. */
export async function openRekey(
  context: Context,
  flags: GithubFlags,
  { name, path, text }: Readonly<Record<'name' | 'path' | 'text', string>>,
): Promise<string> {
  const { name: repository, defaultBranch } = await (await openRepository(context, flags)).facts()
  const { proposals } = await openRepositorySetup(context, flags)
  const there = `${await prefixOf(context.root)}${path}`
  return proposeFiles(proposals, {
    repository,
    base: defaultBranch,
    branch: `countersign/${name}`,
    files: new Map([[there, text]]),
    title: `New key for ${name}`,
    body: `This changes the key of \`${there}\`, and nothing else. After review and merge, countersign issues a certificate for the new key.`,
  })
}

/** Where the request is proposed; `path` is relative to the top of the repository. */
type Place = Readonly<Record<'repository' | 'branch' | 'path', string>>

async function earlierRequest(
  context: Context,
  proposals: FileProposals,
  { repository, branch, path: pathThere }: Place,
  { path, requests, keyPath }: OpenedRequest,
): Promise<string | null> {
  const here = await context.files.read(path)
  const tip = here === null ? await proposals.tip(branch) : null
  const there = tip === null ? null : await proposals.filesAt(tip.commit).read(pathThere)
  if (tip !== null && there === null)
    throw usageFailure(
      `the branch ${branch} of ${repository} exists, and has no ${pathThere}`,
      deleteBranchCommand(repository, branch),
    )
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
