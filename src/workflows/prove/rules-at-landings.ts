// The rules that decide on what was merged: those of the newest configuration before, if it is trusted, or of the next trusted one.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Approvers, Landing } from '../../core/approval/proof-facts.ts'
import type { ConfigurationState, TrustedConfiguration } from '../../core/approval/trust-root.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import type { History } from './applied-history.ts'
import type { TrustedCommit } from './trusted-commit.ts'
import { approversAt, withBarred } from './trusted-configuration.ts'

/** The rules and the approvers of one trusted configuration. */
export interface RulesInForce {
  readonly rules: Rules
  readonly approvers: Approvers
}

/** Null if they cannot be read. People who are barred today are barred there, too. */
export type RulesAt = (landing: Landing) => RulesInForce | null

/**
 * The configuration that decides on a landing: the newest one before it, or the next trusted one if that is not trusted. All runs stop until
 * then, and an approved change of another file, such as an owner's removal, counts. The oldest one if none was trusted yet.
 */
export function inForceAt(
  landing: Landing,
  { line, states }: Pick<History, 'line' | 'states'>,
  inForce: TrustedConfiguration['inForce'],
): ConfigurationState {
  const before = trustedBefore(landing, line, inForce)
  if (before === null) return inForce[0]
  const isTrusted = trustedBefore(landing, line, states) === before
  return (isTrusted ? null : inForce[inForce.indexOf(before) + 1]) ?? before
}

/** The newest trusted configuration before a landing, or with it; null if none was. `line`: newest first. */
export function trustedBefore(
  landing: Landing,
  line: History['line'],
  inForce: readonly ConfigurationState[],
  isWithIt = false,
): ConfigurationState | null {
  // A force push may bring a commit back: each landing has a place of its own, and a state is in force from its first place on.
  const placeOf = ({ commit, before }: Landing): number => {
    const at = line.findLastIndex(
      (id, index) => id === commit && (line[index + 1] ?? null) === before,
    )
    return at === -1 ? line.lastIndexOf(commit) : at
  }
  const at = placeOf(landing)
  return inForce.findLast(state => placeOf(state) > at - (isWithIt ? 1 : 0)) ?? null
}

/** Reads the files of each configuration once. */
export async function rulesAtLandings(
  source: ReviewedRepository,
  {
    history,
    rules,
    approvers,
    trusted,
  }: Pick<TrustedCommit, 'history' | 'rules' | 'approvers' | 'trusted'>,
  landings: readonly Landing[],
): Promise<RulesAt> {
  const stateAt = (landing: Landing): ConfigurationState =>
    inForceAt(landing, history, trusted.inForce)
  const today = trusted.inForce.at(-1)?.commit
  const states = [...new Set(landings.map(stateAt))].filter(({ commit }) => commit !== today)
  const read = await Promise.all(
    states.map(async ({ commit }) => {
      const files = source.filesAt(commit)
      const then = await readRules(files, history.frame.config, null)
      const who = then.ok ? await approversAt(files, history, then.value) : then
      if (!then.ok || !who.ok) return [commit, null] as const
      const known = {
        rules: then.value,
        approvers: withBarred(who.value, approvers.approval.never),
      }
      return [commit, known] as const
    }),
  )
  const known = new Map<ObjectId | undefined, RulesInForce | null>([
    ...read,
    [today, { rules, approvers }],
  ])
  return landing => known.get(stateAt(landing).commit) ?? null
}
