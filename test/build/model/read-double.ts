// The oracle's reads from the double: content in git, and current rights.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { mergeBases } from '../../github-double/git/git-history.ts'
import { filesOf } from '../../github-double/git/git-tree.ts'
import type { Stage } from '../history/stage.ts'
import type { Rule, RulesThen } from './request-meaning.ts'

export class DoubleReader {
  readonly stage: Stage

  constructor(stage: Stage) {
    this.stage = stage
  }

  now(): number {
    return this.stage.world.state.now.getTime()
  }

  /** The object at a path of a commit; null for none. */
  blob(commit: ObjectId | null, path: string): ObjectId | null {
    return commit === null ? null : this.stage.world.blobAt(commit, path)
  }

  /** The text at a path of a commit; null for none. */
  text(commit: ObjectId | null, path: string): string | null {
    return this.textOf(this.blob(commit, path))
  }

  textOf(blob: ObjectId | null): string | null {
    const object = this.stage.world.state.objects.get(blob ?? '')
    return object?.kind === 'blob' ? Buffer.from(object.bytes).toString('utf8') : null
  }

  /** Every path of a commit. */
  paths(id: ObjectId): readonly string[] {
    const { objects } = this.stage.world.state
    const object = objects.get(id)
    return object?.kind === 'commit' ? [...filesOf(objects, object.tree).keys()] : []
  }

  /** The commit and all commits below it. */
  history(id: ObjectId | null): ReadonlySet<ObjectId> {
    const found = new Set(id === null ? [] : [id])
    for (const each of found) for (const parent of this.parents(each)) found.add(parent)
    return found
  }

  parents(id: ObjectId): readonly ObjectId[] {
    const object = this.stage.world.state.objects.get(id)
    return object?.kind === 'commit' ? object.parents : []
  }

  /** The merge base of two commits; null if there is none. */
  parting(commit: ObjectId | null, from: ObjectId | null): ObjectId | null {
    return commit === null || from === null ? null : this.stage.world.mergeBase(commit, from)
  }

  /** All merge bases of two commits: several after criss-cross merges. */
  partings(commit: ObjectId, from: ObjectId | null): readonly ObjectId[] {
    return from === null ? [] : mergeBases(this.stage.world.state.objects, commit, from)
  }

  /** Whether a person may approve by a rule now. */
  may(id: number, rule: Rule, rules: RulesThen): boolean {
    const account = this.stage.world.state.accounts.get(id)
    if (account === undefined || account.isDeleted) return false
    const right = this.stage.world.rightOf(this.stage.repository, account)
    const canWrite = right !== null && right !== 'read' && right !== 'triage'
    return canWrite && this.isNamed(id, rule, rules)
  }

  /** Whether a person's objection to a file counts, also if they are named and lost the right to write. */
  hasSay(id: number, rule: Rule, rules: RulesThen): boolean {
    const isOpen = rule.users.length === 0 && rule.teams.length === 0
    return this.may(id, rule, rules) || (!isOpen && this.isNamed(id, rule, rules))
  }

  /** Whether a rule names a person, whatever their rights in the repository. */
  isNamed(id: number, rule: Rule, { never }: RulesThen): boolean {
    if (this.stage.world.state.accounts.get(id)?.type !== 'User' || never.includes(id)) return false
    if (rule.users.length === 0 && rule.teams.length === 0) return true
    return rule.users.includes(id) || rule.teams.some(slug => this.stage.team(slug).members.has(id))
  }

  isPerson(id: number): boolean {
    const account = this.stage.world.state.accounts.get(id)
    return account?.type === 'User' && !account.isDeleted
  }
}
