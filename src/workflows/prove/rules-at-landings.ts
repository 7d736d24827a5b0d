// The rules that decided when a version was merged: those of the configuration that was in force before.
import type { Approvers, Landing } from '../../core/approval/proof-facts.ts'
import type { ConfigurationState, TrustedConfiguration } from '../../core/approval/trust-root.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import type { History } from './applied-history.ts'
import type { TrustedCommit } from './trusted-commit.ts'
import { approversAt, filesOfState, withBarred } from './approvers-of-state.ts'

/** The rules and the approvers of one trusted configuration. */
export interface RulesInForce {
  readonly rules: Rules
  readonly approvers: Approvers
}

/** Null if they cannot be read. People who are barred today are barred there, too. */
export type RulesAt = (landing: Landing) => RulesInForce | null

/** As `trustedBefore`; the oldest one if none was trusted then. */
export function inForceBefore(
  landing: Landing,
  line: History['line'],
  inForce: TrustedConfiguration['inForce'],
): ConfigurationState {
  return trustedBefore(landing, line, inForce) ?? inForce[0]
}

/** The newest trusted configuration before a landing, or with it; null if none was. `line`: newest first. */
export function trustedBefore(
  landing: Landing,
  line: History['line'],
  inForce: TrustedConfiguration['inForce'],
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
    inForceBefore(landing, history.line, trusted.inForce)
  const today = trusted.inForce.at(-1)
  const states = [...new Set(landings.map(stateAt))].filter(state => state !== today)
  const read = await Promise.all(
    states.map(async state => {
      const files = filesOfState(source, state)
      const then = await readRules(files, history.frame.config, null)
      const who = then.ok ? await approversAt(files, history, then.value) : then
      if (!then.ok || !who.ok) return [state, null] as const
      const known = {
        rules: then.value,
        approvers: withBarred(who.value, approvers.approval.never),
      }
      return [state, known] as const
    }),
  )
  const known = new Map<ConfigurationState | undefined, RulesInForce | null>([
    ...read,
    [today, { rules, approvers }],
  ])
  return landing => known.get(stateAt(landing)) ?? null
}
