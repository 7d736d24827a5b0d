// The second opinion of the model check: from the log of who did what, is there enough valid approval of these very bytes with
// this very meaning? It shares no code with src/approval. Where countersign is stricter on purpose, the reason has a name.
import type { ObjectId } from '../../../src/domain/history.ts'
import type { PullRequestState } from '../../../src/sandbox/github/state.ts'
import type { Stage } from '../history/stage.ts'
import { CONFIG_PATH, POLICY_PATH } from '../history/usual-files.ts'
import { handsIn } from './hands.ts'
import type { LandingSeen, Log, ReviewSeen } from './log.ts'
import { asksForWithdrawal, policyRule, rulesOf } from './meaning.ts'
import type { Rule } from './meaning.ts'
import { CONFIGURATION, no } from './opinion.ts'
import type { Asked, Opinion } from './opinion.ts'
import { Reading } from './reading.ts'
import { strictnessOf } from './strictness.ts'
import { votesOn } from './votes.ts'

const GRACE_MS = 30 * 86_400_000

export class Oracle {
  readonly #reading: Reading
  readonly #log: Log
  /** Approvals that something was issued by, with when their reviewer could last approve; null for never at an issue. */
  readonly #evidenced = new Map<string, number | null>()

  constructor(stage: Stage, log: Log) {
    this.#reading = new Reading(stage)
    this.#log = log
  }

  /** Whether every change of the configuration since the start was approved by whom the one before it names. */
  trusts(): Opinion {
    let trusted = this.#reading.stage.commit('start')
    const open = new Map<string, Opinion>()
    for (const landing of this.#log.line) {
      const { commit, before } = landing
      if (before === null) continue
      for (const path of CONFIGURATION)
        if (this.#reading.blob(commit, path) !== this.#reading.blob(before, path))
          open.set(path, this.#configurationApproved(path, landing, trusted))
      if ([...open.values()].every(({ isApproved }) => isApproved)) trusted = commit
    }
    const opinions = [...open].map(([path, each]) => ({ ...each, why: `${path}: ${each.why}` }))
    const failed = opinions.find(({ isApproved }) => !isApproved)
    if (failed !== undefined) return failed
    const strictness = opinions.flatMap(each => each.strictness)
    return { isApproved: true, strictness, why: 'the configuration is trusted' }
  }

  #configurationApproved(path: string, landing: LandingSeen, trusted: ObjectId): Opinion {
    const text = this.#reading.text(trusted, CONFIG_PATH)
    if (text === null) return no('there is no configuration')
    const rules = rulesOf(text)
    const rule = rules.configuration
    return this.#approved({
      path,
      commit: landing.commit,
      landing,
      rules,
      rule,
      floor: rule,
      meaning: null,
      renewal: null,
      isConfiguration: true,
    })
  }

  /** Whether the file of a request, as it is at the tip, may be acted on. `renewal`: of a request that was issued before. */
  judge(path: string, tip: ObjectId, renewal: string | null): Opinion {
    const landing = this.#landingOf(path)
    const text = this.#reading.text(tip, CONFIG_PATH)
    if (landing === null) return no('it came with the first commit')
    if (text === null) return no('there is no configuration')
    const rules = rulesOf(text)
    const floor = rules.requests
    const request = this.#reading.text(tip, path)
    const isWithdrawal = request === null || asksForWithdrawal(request)
    const own = isWithdrawal ? null : policyRule(this.#reading.text(tip, POLICY_PATH))
    const meaning = isWithdrawal ? null : request
    return this.#approved({
      path,
      commit: landing.commit,
      landing,
      rules,
      rule: own ?? floor,
      floor,
      meaning,
      renewal,
      isConfiguration: false,
    })
  }

  /** After an issue: who of the approvers was eligible then, so that grace can be told later. */
  remember(request: string, reviews: readonly number[], tip: ObjectId, path: string): void {
    const text = this.#reading.text(tip, CONFIG_PATH)
    if (text === null) return
    const rules = rulesOf(text)
    const own = policyRule(this.#reading.text(tip, POLICY_PATH)) ?? rules.requests
    for (const review of reviews) {
      const by = this.#log.reviews.find(({ id }) => id === review)?.by ?? 0
      const isEligible = [own, rules.requests].every(rule => this.#reading.may(by, rule, rules))
      const key = keyOf(request, review, path)
      const before = this.#evidenced.get(key) ?? null
      this.#evidenced.set(key, isEligible ? this.#reading.now() : before)
    }
  }

  #landingOf(path: string): LandingSeen | null {
    const found = this.#log.line.findLast(
      ({ commit, before }) => this.#reading.blob(commit, path) !== this.#reading.blob(before, path),
    )
    return found === undefined || found.before === null ? null : found
  }

  #approved(asked: Asked): Opinion {
    const opinions = asked.landing.pulls.map(number =>
      this.#approvedBy(this.#reading.stage.pull(number), asked),
    )
    if (opinions.length === 0) return no('no pull request brought it')
    const failed = opinions.find(({ isApproved }) => !isApproved)
    if (failed !== undefined) return failed
    const strictness = opinions.flatMap(opinion => opinion.strictness)
    return { isApproved: true, strictness, why: 'enough approved it' }
  }

  #approvedBy(pull: PullRequestState, asked: Asked): Opinion {
    const { rules, rule, floor, landing, path } = asked
    const hands = handsIn(pull, path, landing, this.#reading, this.#log)
    const votes = votesOn(pull, asked, hands.people, {
      reading: this.#reading,
      log: this.#log,
      isEvidenced: (review, { renewal }) =>
        renewal !== null && this.#evidenced.has(keyOf(renewal, review, path)),
    })
    const isHeard = (id: number): boolean =>
      [rule, floor].some(each => this.#reading.hasSay(id, each, rules))
    if (votes.against.some(isHeard)) return no('somebody with a say asked for changes')
    const extra = hands.isUnattributed ? 1 : 0
    for (const each of [rule, floor]) {
      const counted = votes.standing.filter(vote => this.#counts(vote, each, asked)).length
      const needed = each.required + extra
      if (counted < needed) return no(`${counted} of ${needed}; ${votes.why.join('; ')}`)
    }
    const strictness = strictnessOf(pull, asked, votes.standing, this.#reading, this.#log)
    return { isApproved: true, strictness, why: '' }
  }

  /** Somebody who left may still be counted for a while, at a renewal. */
  #counts({ by, id }: ReviewSeen, rule: Rule, { rules, renewal, path }: Asked): boolean {
    if (this.#reading.may(by, rule, rules)) return true
    if (renewal === null || rules.never.includes(by)) return false
    const since = this.#evidenced.get(keyOf(renewal, id, path)) ?? null
    return since !== null && this.#reading.now() - since <= GRACE_MS
  }
}

function keyOf(request: string, review: number, path: string): string {
  return `${request} ${review} ${path}`
}
