// A merge with resolved conflicts.
import { withChanges } from './git-files.ts'
import type { FileChanges } from './git-files.ts'
import type { Objects } from './git-objects.ts'
import type { Files } from './git-tree.ts'
import type { MergedFiles } from './merge.ts'
import { ask } from '../refusal.ts'

/** The merged files with the resolution on top, which may change more than the conflicts; refuses (405) an open conflict. */
export function settle(objects: Objects, merged: MergedFiles, resolution: FileChanges = {}): Files {
  const open = merged.conflicts.filter(path => !(path in resolution))
  ask(open.length === 0, 405, `conflict in ${open.join(', ')}`)
  return withChanges(objects, merged.files, resolution)
}
