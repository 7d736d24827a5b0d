// Git objects with git's encoding and ids: type and length, NUL, content, SHA-1 over all of it (gitformat-pack, git-hash-object).
import { createHash } from 'node:crypto'
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { found } from '../refusal.ts'
import type { CommitState, GitObject, SignatureState, TreeEntryState } from '../state.ts'

export type Objects = Map<ObjectId, GitObject>

/** In place of GitHub's signature, so that a commit by GitHub never has the id of another commit. */
const SIGNATURE = [
  'gpgsig -----BEGIN PGP SIGNATURE-----',
  ' ',
  ' made and signed by the GitHub double',
  ' -----END PGP SIGNATURE-----',
]

/** The content of an object, without git's header. */
function contentOf(object: GitObject): Uint8Array {
  switch (object.kind) {
    case 'blob':
      return object.bytes
    case 'tree':
      return Buffer.concat([...object.entries].sort(byGitOrder).map(treeLine))
    case 'commit':
      return Buffer.from(commitText(object))
  }
}

/** Header and content, as hashed and (deflated) stored. */
export function encode(object: GitObject): Uint8Array {
  const content = contentOf(object)
  return Buffer.concat([Buffer.from(`${object.kind} ${content.length}\0`), content])
}

export function idOf(object: GitObject): ObjectId {
  return createHash('sha1').update(encode(object)).digest('hex')
}

/** Stores the object and returns its id. An existing object stays. */
export function put(objects: Objects, object: GitObject): ObjectId {
  const id = idOf(object)
  if (!objects.has(id)) objects.set(id, object)
  return id
}

/** The commit of that id; refuses (404) if there is none. */
export function commitAt(objects: Objects, id: ObjectId): CommitState {
  const object = objects.get(id)
  return found(object?.kind === 'commit' ? object : null, `commit ${id}`)
}

export function treeEntries(objects: Objects, id: ObjectId): readonly TreeEntryState[] {
  const object = objects.get(id)
  return found(object?.kind === 'tree' ? object : null, `tree ${id}`).entries
}

export function blobBytes(objects: Objects, id: ObjectId): Uint8Array {
  const object = objects.get(id)
  return found(object?.kind === 'blob' ? object : null, `blob ${id}`).bytes
}

/** Git compares names as bytes, and a folder's name with a trailing slash. */
function byGitOrder(one: TreeEntryState, other: TreeEntryState): number {
  return Buffer.compare(Buffer.from(sortName(one)), Buffer.from(sortName(other)))
}

function sortName(entry: TreeEntryState): string {
  return entry.mode === '40000' ? `${entry.name}/` : entry.name
}

function treeLine(entry: TreeEntryState): Uint8Array {
  return Buffer.concat([Buffer.from(`${entry.mode} ${entry.name}\0`), Buffer.from(entry.id, 'hex')])
}

function commitText(commit: CommitState): string {
  return [
    `tree ${commit.tree}`,
    ...commit.parents.map(parent => `parent ${parent}`),
    `author ${signatureText(commit.author)}`,
    `committer ${signatureText(commit.committer)}`,
    ...(commit.isSignedByGitHub ? SIGNATURE : []),
    '',
    commit.message,
  ].join('\n')
}

/** Seconds since 1970 and an offset; the double uses UTC. */
function signatureText(signature: SignatureState): string {
  const seconds = Math.floor(signature.at.getTime() / 1000)
  return `${signature.name} <${signature.email}> ${seconds} +0000`
}
