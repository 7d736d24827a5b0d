// The second opinion of the model check: by the log of who did what, do enough valid approvals cover these exact bytes with this
// effective request, and was every unapproved change shown? It shares no code with src/core/approval. Where countersign is
// stricter on purpose, the reason has a name.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { PullRequestState } from '../../github-double/state.ts'
import type { Stage } from '../history/stage.ts'
import { CONFIG_PATH, POLICY_PATH } from '../history/usual-files.ts'
import { afterLanding, earlierHands, NOTHING_PROVED } from './unapproved-changes.ts'
import type { UnapprovedChanges } from './unapproved-changes.ts'
import { handsIn, together, twinsOf } from './who-contributed.ts'
import type { Hands } from './who-contributed.ts'
import type { LandingSeen, EventLog, ReviewSeen } from './event-log.ts'
import { asksForWithdrawal, isAllowed, meaningOf, policyRule, rulesOf } from './request-meaning.ts'
import type { Rule, RulesThen } from './request-meaning.ts'
import { anyOf, CONFIGURATION, no } from './oracle-question.ts'
import type { OracleQuestion, Opinion } from './oracle-question.ts'
import { excusedBots } from './bots-without-person.ts'
import { DoubleReader } from './read-double.ts'
import { IssuedProofs } from './issued-proofs.ts'
import { strictnessOf } from './documented-refusals.ts'
import { isTakenBack, lastReviewsOn } from './last-reviews-before-merge.ts'

const GRACE_MS = 30 * 86_400_000
/** The maximum number of alternatives that are followed. */
const MOST_ANSWERS = 16

/** A configuration that may be trusted at some moment, with the last opinion on each of its files. */
interface Trust {
  readonly trusted: ObjectId
  readonly latest: ReadonlyMap<string, Opinion>
  readonly backdrops: ReadonlyMap<string, UnapprovedChanges>
}

/** A request file at the tip of the default branch. */
interface File {
  readonly path: string
  readonly request: string
  readonly tip: ObjectId
  readonly rules: RulesThen
  /** The rule of the policy; null if there is none. */
  readonly own: Rule | null
}

const REQUEST_FOLDERS = ['requests/people/', 'requests/people/team/']

export class ApprovalOracle {
  readonly #reading: DoubleReader
  readonly #log: EventLog
  readonly #records = new IssuedProofs()
  /** The commit with the request files that the owners accepted as read; null for none. */
  #baseline: ObjectId | null = null
  #knowsRulesets = true

  constructor(stage: Stage, log: EventLog) {
    this.#reading = new DoubleReader(stage)
    this.#log = log
  }

  takesAsRead(mark: string): void {
    this.#baseline = this.#reading.stage.commit(mark)
  }

  losesRulesets(): void {
    this.#knowsRulesets = false
  }

  /** Whether every configuration change since the start was approved by the owners named in the configuration before it. */
  trusts(): Opinion {
    return anyOf(this.#trustsBefore(null).map(({ latest }) => trustOf(latest)))
  }

  /** What may be trusted before a landing; null for now. */
  #trustsBefore(end: LandingSeen | null): readonly Trust[] {
    const trusted = this.#reading.stage.commit('start')
    let all: readonly Trust[] = [{ trusted, latest: new Map(), backdrops: new Map() }]
    for (const landing of this.#log.line) {
      if (landing === end) break
      if (landing.before !== null)
        all = all.flatMap(trust => this.#trustAfter(trust, landing)).slice(0, MOST_ANSWERS)
    }
    return all
  }

  #trustAfter(trust: Trust, landing: LandingSeen): readonly Trust[] {
    const { commit, before } = landing
    const changed = CONFIGURATION.filter(
      path => this.#reading.blob(commit, path) !== this.#reading.blob(before, path),
    )
    let all: readonly Trust[] = [trust]
    for (const path of changed)
      all = all.flatMap(each => this.#afterChange(each, path, landing, trust.trusted))
    return all.map(each => {
      const isWhole = [...each.latest.values()].every(({ isApproved }) => isApproved)
      return isWhole ? { ...each, trusted: commit } : each
    })
  }

  #afterChange(
    { trusted, latest, backdrops }: Trust,
    path: string,
    landing: LandingSeen,
    under: ObjectId,
  ): readonly Trust[] {
    const start = this.#reading.blob(this.#reading.stage.commit('start'), path)
    const backdrop = backdrops.get(path) ?? { ...NOTHING_PROVED, proved: start }
    const opinion = this.#configurationApproved(path, landing, under, backdrop)
    const blob = this.#reading.blob(landing.commit, path)
    return afterLanding(backdrop, landing, blob, opinion, true).map((next, at) => ({
      trusted,
      latest: new Map([...latest, [path, at === 0 ? opinion : no('by a stricter rule')]]),
      backdrops: new Map([...backdrops, [path, next]]),
    }))
  }

  #configurationApproved(
    path: string,
    landing: LandingSeen,
    trusted: ObjectId,
    backdrop: UnapprovedChanges,
  ): Opinion {
    const text = this.#reading.text(trusted, CONFIG_PATH)
    if (text === null) return no('there is no configuration')
    const rules = rulesOf(text)
    const rule = rules.configuration
    return this.#approved({
      path,
      commit: landing.commit,
      landing,
      backdrop,
      rules,
      rule,
      minimum: rule,
      meaning: null,
      renewal: null,
      purpose: 'configuration',
    })
  }

  /** Whether the request file at the tip may be acted on. `isRenewal`: the request was issued before. */
  judge(path: string, request: string, tip: ObjectId, isRenewal: boolean): Opinion {
    const file = this.#fileAt(path, request, tip)
    const landing = this.#landingOf(path)
    if (file === null) return no('there is no configuration')
    if (landing === null) return no('it came with the first commit')
    const text = this.#reading.text(tip, path)
    const isWithdrawal = text === null || asksForWithdrawal(text)
    const { rules, own } = file
    const isKept = isRenewal && this.#isRecorded(file, landing)
    return anyOf(
      this.#backdropsOf(file, landing).map(backdrop =>
        this.#approved({
          path,
          commit: landing.commit,
          landing,
          backdrop,
          rules,
          rule: isWithdrawal ? rules.requests : (own ?? rules.requests),
          minimum: rules.requests,
          meaning: isWithdrawal ? null : text,
          renewal: isKept ? request : null,
          purpose: 'request',
        }),
      ),
    )
  }

  /** Records an issue: what was proved, and which approvers were eligible then, for the grace period. */
  remember(request: string, reviews: readonly number[], tip: ObjectId, path: string): void {
    const file = this.#fileAt(path, request, tip)
    const landing = this.#landingOf(path)
    if (file === null || landing === null) return
    const { rules, own } = file
    const counted = reviews.map(review => {
      const by = this.#log.reviews.find(({ id }) => id === review)?.by ?? 0
      const isEligible = [own ?? rules.requests, rules.requests].every(rule =>
        this.#reading.may(by, rule, rules),
      )
      return { review, by, isEligible }
    })
    const blob = this.#reading.blob(landing.commit, path)
    const backdrops = this.#backdropsOf(file, landing)
    this.#records.add(
      request,
      { path, blob, landing, backdrops, tip },
      counted,
      this.#reading.now(),
    )
  }

  #fileAt(path: string, request: string, tip: ObjectId): File | null {
    const text = this.#reading.text(tip, CONFIG_PATH)
    if (text === null) return null
    const own = policyRule(this.#reading.text(tip, POLICY_PATH))
    return { path, request, tip, rules: rulesOf(text), own }
  }

  #landingOf(path: string): LandingSeen | null {
    const found = this.#log.line.findLast(each => this.#isChange(path, each))
    return found === undefined || found.before === null ? null : found
  }

  #isChange(path: string, { commit, before }: LandingSeen): boolean {
    return this.#reading.blob(commit, path) !== this.#reading.blob(before, path)
  }

  #isRecorded({ request, path }: File, landing: LandingSeen): boolean {
    const record = this.#records.of(request)
    return record?.landing === landing && record.path === path
  }

  /** Whether an approval behind the record of a request was dismissed. */
  #isTakenBack({ request, rules, own }: File): boolean {
    const reviews = this.#records.of(request)?.reviews ?? []
    const counting = { reading: this.#reading, log: this.#log, records: this.#records }
    const minimum = rules.requests
    const ending = { rules, rule: own ?? minimum, minimum, renewal: request }
    return this.#reading.stage.repository.pullRequests.some(pull =>
      pull.reviews.some(
        ({ id, state }) =>
          state !== 'APPROVED' && reviews.includes(id) && isTakenBack(pull, id, ending, counting),
      ),
    )
  }

  /** The issue under another path, if it was not dismissed and the certificate would be the same today. */
  #movedFrom(file: File): UnapprovedChanges['moved'] {
    const record = this.#records.of(file.request)
    if (record === null || record.path === file.path || this.#isTakenBack(file)) return null
    const text = this.#reading.textOf(record.blob)
    const under = (commit: ObjectId): string | null =>
      meaningOf(text, this.#reading.text(commit, CONFIG_PATH))
    return under(record.tip) === under(file.tip) ? record : null
  }

  /**
   * The versions before a landing: each is judged by today's rules against the last proved one before it. `isShown`: an addition or removal
   * with this landing is shown whole, so it needs none of them.
   */
  #backdropsOf(file: File, landing: LandingSeen, isShown = true): readonly UnapprovedChanges[] {
    const { path, request } = file
    const record = this.#records.of(request)
    if (record !== null && this.#isRecorded(file, landing)) return record.backdrops
    const moved = this.#movedFrom(file)
    const fresh: readonly UnapprovedChanges[] = [{ ...NOTHING_PROVED, moved }]
    let all = fresh
    for (const each of this.#log.line) {
      if (each === landing && !isShown) break
      const blob = this.#reading.blob(each.commit, path)
      const isChange = this.#isChange(path, each)
      // An added or removed file is always shown whole; a file that moved has what was proved at its old path.
      if (isChange && blob === null) all = fresh
      else if (isChange && this.#reading.blob(each.before, path) === null)
        all = [...(moved === null ? [] : fresh), ...this.#movedWith(file, each)]
      if (each === landing) break
      if (isChange)
        all = all
          .flatMap(backdrop => this.#afterVersion(file, each, blob, backdrop))
          .slice(0, MOST_ANSWERS)
      // A later restored version is no longer the accepted one.
      if (each.commit === this.#baseline && !each.isRewrite)
        all = [{ ...NOTHING_PROVED, proved: blob, moved }]
    }
    return all
  }

  /** What is proved of an added file: the version of the path that the same landing removed. */
  #movedWith(file: File, landing: LandingSeen): readonly UnapprovedChanges[] {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1)
    const from = REQUEST_FOLDERS.map(folder => `${folder}${name}`).find(
      path =>
        this.#reading.blob(landing.before, path) !== null &&
        this.#reading.blob(landing.commit, path) === null,
    )
    if (from === undefined) return [NOTHING_PROVED]
    return this.#backdropsOf({ ...file, path: from }, landing, false).map(({ proved }) => ({
      ...NOTHING_PROVED,
      moved: proved === null ? null : { path: from, blob: proved },
    }))
  }

  #afterVersion(
    file: File,
    landing: LandingSeen,
    blob: ObjectId | null,
    backdrop: UnapprovedChanges,
  ): readonly UnapprovedChanges[] {
    if (!this.#isRecorded(file, landing)) return this.#afterJudged(file, landing, blob, backdrop)
    if (!this.#isTakenBack(file)) {
      const known = { isApproved: true, strictness: [], why: 'it was issued' }
      return afterLanding(backdrop, landing, blob, known, true)
    }
    // Nothing older than a record with a dismissed approval is searched, although it may exist.
    return [backdrop, { ...backdrop, proved: null }].flatMap(each =>
      this.#afterJudged(file, landing, blob, each),
    )
  }

  #afterJudged(
    { path, ...today }: File,
    landing: LandingSeen,
    blob: ObjectId | null,
    backdrop: UnapprovedChanges,
  ): readonly UnapprovedChanges[] {
    const { rules, own } = this.#rulesThen(today, landing)
    const text = this.#reading.text(landing.commit, path)
    const allowed = text !== null && isAllowed(text)
    const opinion =
      text === null || (!allowed && own !== null)
        ? no('it was removed, or no policy says who had to approve it')
        : this.#approved({
            path,
            commit: landing.commit,
            landing,
            backdrop,
            rules,
            rule: own ?? rules.requests,
            minimum: rules.requests,
            meaning: text,
            renewal: null,
            purpose: 'past',
          })
    return afterLanding(backdrop, landing, blob, opinion, allowed)
  }

  /** The rules of the newest configuration that was trusted before; a person who is barred today is barred there, too. */
  #rulesThen(
    today: Pick<File, 'rules' | 'own'>,
    landing: LandingSeen,
  ): Pick<File, 'rules' | 'own'> {
    const [trusted] = this.#trustsBefore(landing).map(each => each.trusted)
    const text = trusted === undefined ? null : this.#reading.text(trusted, CONFIG_PATH)
    const own = policyRule(trusted === undefined ? null : this.#reading.text(trusted, POLICY_PATH))
    if (text === null) return today
    const rules = rulesOf(text)
    return { rules: { ...rules, never: [...rules.never, ...today.rules.never] }, own }
  }

  /** One pull request of a commit suffices, unless another one was stopped. */
  #approved(asked: OracleQuestion): Opinion {
    if (!this.#knowsRulesets) return no('rulesets cannot be read')
    const { landing, path, commit, backdrop, purpose } = asked
    if (landing.pulls.length === 0) return no('no pull request brought it')
    if (purpose !== 'configuration' && this.#isMixed(landing))
      return no('a request and configuration came in one pull request')
    const blob = this.#reading.blob(commit, path)
    const excused = excusedBots(
      path,
      this.#reading.textOf(backdrop.proved),
      this.#reading.textOf(blob),
      asked.rules,
    )
    const before = earlierHands(path, blob, backdrop, this.#reading, this.#log, excused)
    const opinions = landing.pulls.map(number =>
      this.#approvedBy(this.#reading.stage.pull(number), asked, before, excused),
    )
    return (
      opinions.find(({ isStopped }) => isStopped === true) ??
      opinions.find(({ isApproved, strictness }) => isApproved && strictness.length === 0) ??
      opinions.find(({ isApproved }) => isApproved) ??
      opinions[0] ??
      no('nobody was asked')
    )
  }

  #isMixed({ pulls, before }: LandingSeen): boolean {
    const reading = this.#reading
    return pulls.some(number => {
      const { headCommit } = reading.stage.pull(number)
      const bases = reading.partings(headCommit, before)
      return CONFIGURATION.some(path =>
        bases.every(base => reading.blob(base, path) !== reading.blob(headCommit, path)),
      )
    })
  }

  #approvedBy(
    pull: PullRequestState,
    asked: OracleQuestion,
    before: readonly Hands[],
    excused: ReadonlySet<number>,
  ): Opinion {
    const { rule, minimum, landing } = asked
    const own = handsIn(pull, landing, this.#reading, this.#log, excused)
    const hands = together([own, ...before])
    const counting = { reading: this.#reading, log: this.#log, records: this.#records }
    const twins = twinsOf(pull, landing, this.#reading, this.#log)
    const barred = new Set([...hands.people, ...twins])
    const votes = lastReviewsOn(pull, asked, barred, counting)
    if (votes.isStopped) return { ...no('somebody with a say asked for changes'), isStopped: true }
    const extraApprovals = hands.isUnattributed ? 1 : 0
    for (const each of [rule, minimum]) {
      const counted = votes.inUse.filter(vote => this.#counts(vote, each, asked)).length
      const needed = each.required + extraApprovals
      if (counted < needed) return no(`${counted} of ${needed}; ${votes.why.join('; ')}`)
    }
    const strictness = strictnessOf(pull, asked, votes.inUse, this.#reading, this.#log)
    return { isApproved: true, strictness, why: '' }
  }

  /** At a renewal, a reviewer who left still counts during the grace period. */
  #counts({ by, id }: ReviewSeen, rule: Rule, { rules, renewal, path }: OracleQuestion): boolean {
    if (this.#reading.may(by, rule, rules)) return true
    if (renewal === null || rules.never.includes(by)) return false
    const since = this.#records.eligibleSince(renewal, id, path)
    return since !== null && this.#reading.now() - since <= GRACE_MS
  }
}

function trustOf(latest: ReadonlyMap<string, Opinion>): Opinion {
  const opinions = [...latest].map(([path, each]) => ({ ...each, why: `${path}: ${each.why}` }))
  const failed = opinions.find(({ isApproved }) => !isApproved)
  if (failed !== undefined) return failed
  const strictness = opinions.flatMap(each => each.strictness)
  return { isApproved: true, strictness, why: 'the configuration is trusted' }
}
