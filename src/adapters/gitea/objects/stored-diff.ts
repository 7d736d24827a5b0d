// The diff that Gitea's page of a pull request shows between two commits, made with the same git command as Gitea makes it.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { Comparison, ShownDiff, ShownFile } from '../../../domain/proof/shown-diff.ts'
import { incomplete } from '../../github/connection/github-refusal.ts'
import type { FetchedObjects } from './fetched-objects.ts'

/**
 * What Gitea's page shows by default: [git] MAX_GIT_DIFF_FILES, MAX_GIT_DIFF_LINES and MAX_GIT_DIFF_LINE_CHARACTERS (custom/conf/app.example.ini).
 * Gitea does not report its settings, so a server with lower ones shows less than this.
 */
const MOST_FILES = 100
const MOST_LINES = 1000
/** Gitea counts bytes. */
const MOST_CHARACTERS = 5000
/** Gitea shows no lines of a file whose diff has this line, if its server stores the object that the next line names. */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1'
/** As services/gitdiff/gitdiff.go calls git; the algorithm is a default of modules/setting/git.go. */
const DIFF = [
  'diff',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--diff-algorithm=histogram',
  '--find-renames=50%',
]
const STATUS: Readonly<Record<string, ShownFile['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
}

/** Null if a commit is gone, or if `base` is not the merge base of both. */
export async function storedDiff(
  store: FetchedObjects,
  { base, head }: Comparison,
): Promise<ShownDiff | null> {
  const there = await store.roots([base, head])
  if (!there.has(base) || !there.has(head) || !(await store.isAncestor(base, head))) return null
  const named = await store.run([...DIFF, '--name-status', '-z', base, head])
  const text = await store.run([...DIFF, '--unified=3', base, head])
  const changes = changesOf(named)
  const sections = text === '' ? [] : text.split(/\n(?=diff --git )/)
  // git writes a changed kind of file as a removal and an addition.
  const wanted = changes.reduce((sum, { status }) => sum + (status === 'changed' ? 2 : 1), 0)
  if (sections.length !== wanted) throw incomplete('a diff')
  let at = 0
  const files = changes.map((change): ShownFile => {
    const [section = ''] = sections.slice(at)
    at += change.status === 'changed' ? 2 : 1
    return { ...change, ...shown(change.status === 'changed' ? '' : section) }
  })
  return { base, head, files: files.slice(0, MOST_FILES), isCut: files.length > MOST_FILES }
}

/** Size of a whole diff; nothing if a commit is gone. */
export async function storedDiffSize(
  store: FetchedObjects,
  base: ObjectId,
  head: ObjectId,
): Promise<PullRequest['size']> {
  if ((await store.roots([base, head])).size < new Set([base, head]).size)
    return { additions: 0, deletions: 0 }
  const text = await store.run([...DIFF, '--shortstat', base, head])
  const count = (what: RegExp): number => Number(what.exec(text)?.[1] ?? 0)
  return {
    additions: count(/(\d+) insertion/),
    deletions: count(/(\d+) deletion/),
  }
}

/** Records of `--name-status -z`: a status, a path, and for renames and copies a second path. */
function changesOf(named: string): readonly Pick<ShownFile, 'path' | 'previousPath' | 'status'>[] {
  const words = named.split('\0')
  const changes = []
  for (let at = 0; at + 1 < words.length;) {
    const status = STATUS[words[at]?.[0] ?? ''] ?? 'changed'
    const isMoved = status === 'renamed' || status === 'copied'
    const path = words[at + (isMoved ? 2 : 1)] ?? ''
    changes.push({ status, path, previousPath: isMoved ? (words[at + 1] ?? null) : null })
    at += isMoved ? 3 : 2
  }
  return changes
}

/** Counts and hunks of a section. No hunks for what Gitea does not load by itself. */
function shown(section: string): Pick<ShownFile, 'additions' | 'deletions' | 'patch'> {
  const start = section.indexOf('\n@@ ')
  const patch = start < 0 ? '' : section.slice(start + 1).replace(/\n$/, '')
  const lines = patch.split('\n')
  const count = (sign: string): number => lines.filter(line => line.startsWith(sign)).length
  const isHiding = (line: string): boolean =>
    Buffer.byteLength(line) > MOST_CHARACTERS || line.slice(1).trimEnd() === LFS_POINTER
  const isCut = lines.length > MOST_LINES || lines.some(isHiding)
  const counts = { additions: count('+'), deletions: count('-') }
  return { ...counts, patch: patch === '' || isCut ? null : patch }
}
