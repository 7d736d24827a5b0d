// countersign new NAME --open: the request file as a pull request. What an earlier run left is continued.
import { parseRequest } from '../../../core/request/parse-request.ts'
import { CountersignError, caughtProblem, usageFailure } from '../../../domain/problem.ts'
import type { RequestFile } from '../../../domain/request/request.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import { shellWord } from '../../../lib/source/shell-word.ts'
import { proposeFiles, withFreeBranch } from '../../../workflows/bootstrap/propose-files.ts'
import type { OpenedPull, Proposal } from '../../../workflows/bootstrap/propose-files.ts'
import type { FileProposals } from '../../../ports/file-proposals.ts'
import { differOnlyInKey } from '../../../workflows/import/rekey-request.ts'
import { textOf } from '../../../workflows/validate/read-requests.ts'
import type { Context } from '../../command-context.ts'
import { nameAt } from '../named-requests.ts'
import type { GithubFlags } from '../../flags/flag-values.ts'
import { openProposals } from '../repository-setup-ports.ts'
import { readOwnKey } from './own-key-file.ts'

export interface Opening {
  /** The text of the request file of an earlier run, null if there is none. */
  readonly earlier: string | null
  /** Throws RUN_USAGE for a branch that holds other changes, GITHUB_ codes. */
  readonly open: (text: string) => Promise<OpenedPull>
}

/** A request file that this run writes, or an earlier one did. */
export interface MadeRequest {
  readonly name: string
  /** Path of the request file, relative to the root of the context. */
  readonly path: string
  /** Path of the own key, null without one. */
  readonly key: string | null
}

interface OpenedRequest extends MadeRequest {
  /** Folder of the request files. */
  readonly requests: string
}

/**
 * Looks before a key is made. The text comes from the work tree or from the flags, never from the branch: anybody with write access
 * pushes to that. Throws GITHUB_ codes, and RUN_USAGE if the default branch has the file, the branch has other commits, or an earlier
 * file is not for the key.
 */
export async function openingOf(
  context: Context,
  flags: GithubFlags,
  request: OpenedRequest,
): Promise<Opening> {
  const { name, path } = request
  const { proposals, place, published } = await placeOf(context, flags, request)
  await checkRemoved(context, request)
  if (published !== null) {
    const isHere = (await context.files.read(path)) !== null
    const edit = isHere
      ? 'edit that file in a pull request, or leave --open out and propose the new file yourself'
      : `this checkout does not have it, run: git pull origin ${visible(shellWord(place.base))}; then edit that file in a pull request`
    throw usageFailure(
      `${place.path} is on ${place.base} of ${place.repository} already`,
      `${edit}; for a new key: countersign new ${name} --own-key --rekey --open`,
    )
  }
  const earlier = await earlierRequest(context, request)
  const open = await proposing(proposals, WRITTEN, {
    ...place,
    files: new Map([[place.path, earlier ?? '']]),
    title: `Certificate for ${name}`,
    body: `This adds the request \`${place.path}\`. After review and merge, countersign issues the certificate.`,
  })
  if (earlier !== null)
    context.terminal.talk(`${visible(path)} of the working tree is proposed as it is`)
  return { earlier, open }
}

/** Looks whether one file can be proposed. Returns the function that proposes its text. `done`: what the run has done by then. */
async function proposing(proposals: FileProposals, done: string, wanted: Proposal) {
  const proposal = await withFreeBranch(proposals, wanted)
  return (text: string): Promise<OpenedPull> => {
    const files = new Map([...wanted.files.keys()].map(path => [path, text]))
    return proposeFiles(proposals, { ...proposal, files }).catch((cause: unknown) =>
      withHint(cause, done),
    )
  }
}

const WRITTEN =
  'the files of this request are written: run the same command again, and it continues from them'
const REKEYED =
  'the new key and the file are written: run the same command again, which makes another new key; or commit the file and open the pull request yourself'

/** The printed line. */
export function proposedLine({ url, change }: OpenedPull): string {
  const lost = change === 'changed' ? ': approvals of the old content no longer count' : ''
  return `${change} pull request ${visible(url)}${lost}`
}

/** The same failure, with what the run has already done. */
function withHint(cause: unknown, more: string): never {
  const problem = caughtProblem(cause)
  const hint = problem.hint === null ? more : `${problem.hint}\n${more}`
  throw new CountersignError({ ...problem, hint }, cause)
}

export interface RekeyedFile {
  readonly name: string
  /** The file before the change. */
  readonly file: RequestFile
  /** Folder of the request files. */
  readonly requests: string
  /** What the proposed text changes, in words. */
  readonly changes: string
}

/**
 * Looks before the new key is written. Returns the function that proposes the changed text. Throws GITHUB_ codes, and RUN_USAGE if the
 * file on the default branch differs in more than the key: the proposal would take changes back.
 */
export async function rekeyOpeningOf(
  context: Context,
  flags: GithubFlags,
  { name, file, requests, changes }: RekeyedFile,
): Promise<(text: string) => Promise<OpenedPull>> {
  const { proposals, place, published } = await placeOf(context, flags, { name, path: file.path })
  const where = `${place.base} of ${place.repository}`
  if (published === null)
    throw usageFailure(
      `${place.path} is not on ${where}`,
      `if its pull request is open: countersign new ${name} --own-key --rekey && countersign new ${name} --own-key --open`,
    )
  if (!differOnlyInKey(file, { ...published, path: file.path }, requests))
    throw usageFailure(
      `${visible(file.path)} of the working tree is not the one on ${where}`,
      'run: git pull; an own change is proposed in a pull request of its own',
    )
  return proposing(proposals, REKEYED, {
    ...place,
    files: new Map([[place.path, '']]),
    title: `New key for ${name}`,
    body: `\`${place.path}\` gets ${changes}, and nothing else. After review and merge, countersign issues a certificate for the new key.`,
  })
}

/** Where a request is proposed, and its file on the default branch. */
async function placeOf(
  context: Context,
  flags: GithubFlags,
  { name, path }: Readonly<Record<'name' | 'path', string>>,
) {
  const { proposals, repository, base, prefix, files } = await openProposals(context, flags)
  /** `path`: relative to the top of the repository. */
  const place = { repository, base, branch: `countersign/${name}`, path: `${prefix}${path}` }
  return { proposals, place, published: await files.read(place.path) }
}

/** Two files of one name would stop each other. Throws RUN_USAGE if the other one is removed in this work tree only. */
async function checkRemoved(context: Context, { name, requests }: OpenedRequest): Promise<void> {
  const head = await context.git.resolve('HEAD')
  const listed = head === null ? [] : await context.git.tree(head, requests)
  const here = new Set(((await context.files.list(requests)) ?? []).map(({ path }) => path))
  for (const { path } of listed.filter(each => !here.has(each.path)))
    if ((await nameAt(context, path, head ?? '')) === name)
      throw usageFailure(
        `${visible(path)} requests ${name}, and is removed in this work tree only`,
        `first remove it in a pull request of its own, or restore it: git restore ${visible(shellWord(path))}`,
      )
}

/** The text of the file in the work tree, null without one. */
async function earlierRequest(
  context: Context,
  { path, requests, key }: OpenedRequest,
): Promise<string | null> {
  const file = await context.files.read(path)
  if (file === null) return null
  if (key !== null) await checkKey(context, file, requests, key)
  return textOf(file)
}

async function checkKey(
  context: Context,
  file: RequestFile,
  requests: string,
  keyPath: string,
): Promise<void> {
  const parsed = parseRequest(file, requests)
  const wanted = parsed.ok ? (parsed.value.spec.request?.publicKey.spki ?? null) : null
  const key = wanted === null ? null : await readOwnKey(context, keyPath)
  if (key !== null && wanted !== null && Buffer.compare(key.spki, wanted) === 0) return
  throw usageFailure(
    `${visible(file.path)} of the working tree is not a request for the key in ${visible(keyPath)}, and it is not overwritten`,
    'name the file of its key with --key FILE, or choose another name',
  )
}
