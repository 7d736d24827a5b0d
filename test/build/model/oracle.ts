// The second opinion of the model check: from the log of who did what, is there enough valid approval of these very bytes with
// this very meaning? It shares no code with src/approval. Where countersign is stricter on purpose, the reason has a name.
import type { ObjectId } from '../../../src/domain/history.ts'
import type { PullRequestState, ReviewState } from '../../../src/sandbox/github/state.ts'
import { authorsOf } from '../../../src/sandbox/github/signatures.ts'
import type { Stage } from '../history/stage.ts'
import { CONFIG_PATH, POLICY_PATH, WORKFLOW_PATH } from '../history/usual-files.ts'
import type { LandingSeen, Log, ReviewSeen } from './log.ts'
import { asksForWithdrawal, meaningOf, policyRule, rulesOf } from './meaning.ts'
import type { Rule, RulesThen } from './meaning.ts'

const WEB_FLOW = 19_864_447
const DAY_MS = 86_400_000
const CONFIGURATION = [CONFIG_PATH, POLICY_PATH, WORKFLOW_PATH]

/** Refusals beyond "not enough approvals", each documented; where one of these holds, countersign may refuse. */
export type Strictness =
  | 'merged by a push, strict'
  | 'head too young, strict'
  | 'not the merged commit, strict'
  | 'GitHub names a commit with other bytes'
  | 'request and configuration in one pull request'
  | 'pushed or moved in the same second'
  | 'one of several pull requests'

export interface Opinion {
  readonly isApproved: boolean
  /** Why countersign may refuse all the same. */
  readonly strictness: readonly Strictness[]
  /** In words, for a failing run. */
  readonly why: string
}

const no = (why: string): Opinion => ({ isApproved: false, strictness: [], why })

export class Oracle {
  readonly #stage: Stage
  readonly #log: Log
  /** Who could approve when countersign last issued by a review: request and review → time. */
  readonly #eligible = new Map<string, number>()

  constructor(stage: Stage, log: Log) {
    this.#stage = stage
    this.#log = log
  }

  /** What stands at a path of a commit, as text; null for nothing. */
  text(commit: ObjectId | null, path: string): string | null {
    const id = commit === null ? null : this.#stage.world.blobAt(commit, path)
    const object = id === null ? undefined : this.#stage.world.state.objects.get(id)
    return object?.kind === 'blob' ? Buffer.from(object.bytes).toString('utf8') : null
  }

  /** Whether every change of the configuration since the start was approved by whom the one before it names. */
  trusts(): Opinion {
    let trusted = this.#stage.commit('start')
    const open = new Map<string, Opinion>()
    for (const landing of this.#log.line) {
      const { commit, before } = landing
      if (before === null) continue
      for (const path of CONFIGURATION)
        if (this.#blob(commit, path) !== this.#blob(before, path))
          open.set(path, this.#configurationApproved(path, landing, trusted))
      if ([...open.values()].every(({ isApproved }) => isApproved)) trusted = commit
    }
    const opinions = [...open].map(([path, opinion]) => ({ ...opinion, why: `${path}: ${opinion.why}` }))
    const failed = opinions.find(({ isApproved }) => !isApproved)
    if (failed !== undefined) return failed
    return { isApproved: true, strictness: opinions.flatMap(({ strictness }) => strictness), why: '' }
  }

  #configurationApproved(path: string, landing: LandingSeen, trusted: ObjectId): Opinion {
    const { commit } = landing
    const text = this.text(trusted, CONFIG_PATH)
    if (text === null) return no('there is no configuration')
    const rules = rulesOf(text)
    const rule = rules.configuration
    const asked = { path, commit, landing, rules, anyOf: [rule], floor: rule }
    return this.#approved({ ...asked, meaning: null, renewal: null, isConfiguration: true })
  }

  /** Whether the file of a request, as it is at the tip, may be acted on. `renewal`: of a request that was issued before. */
  judge(path: string, tip: ObjectId, renewal: string | null): Opinion {
    const landing = this.#landingOf(path)
    if (landing === null) return no('it came with the first commit')
    const text = this.text(tip, CONFIG_PATH)
    if (text === null) return no('there is no configuration')
    const rules = rulesOf(text)
    const request = this.text(tip, path)
    const isWithdrawal = request === null || asksForWithdrawal(request)
    const own = isWithdrawal ? null : policyRule(this.text(tip, POLICY_PATH))
    return this.#approved({
      path,
      commit: landing.commit,
      landing,
      rules,
      anyOf: [own ?? rules.requests],
      floor: rules.requests,
      meaning: isWithdrawal ? null : request,
      renewal,
      isConfiguration: false,
    })
  }

  /** After an issue: who of the approvers was eligible then, so that grace can be told later. */
  remember(request: string, reviews: readonly number[], tip: ObjectId, path: string): void {
    const text = this.text(tip, CONFIG_PATH)
    if (text === null) return
    const rules = rulesOf(text)
    const own = policyRule(this.text(tip, POLICY_PATH)) ?? rules.requests
    for (const review of reviews) {
      const by = this.#log.reviews.find(({ id }) => id === review)?.by ?? 0
      if (this.#may(by, own, rules) && this.#may(by, rules.requests, rules))
        this.#eligible.set(`${request} ${review} ${path}`, this.#stage.world.state.now.getTime())
    }
  }

  #landingOf(path: string): LandingSeen | null {
    const found = this.#log.line.findLast(
      ({ commit, before }) => this.#blob(commit, path) !== this.#blob(before, path),
    )
    return found === undefined || found.before === null ? null : found
  }

  #approved(asked: Asked): Opinion {
    const { landing } = asked
    const [first, ...others] = landing.pulls
    if (first === undefined) return no('no pull request brought it')
    const opinions = [first, ...others].map(number => this.#approvedBy(this.#stage.pull(number), asked))
    const failed = opinions.find(({ isApproved }) => !isApproved)
    if (failed !== undefined) return failed
    const strictness = opinions.flatMap(opinion => opinion.strictness)
    return { isApproved: true, strictness, why: 'enough approved it' }
  }

  #approvedBy(pull: PullRequestState, asked: Asked): Opinion {
    const { rules, anyOf, floor, landing, path } = asked
    const hands = this.#hands(pull, path, landing)
    const votes = this.#votes(pull, asked, hands.people)
    const isHeard = (id: number): boolean => [...anyOf, floor].some(rule => this.#may(id, rule, rules))
    if (votes.against.some(isHeard)) return no('somebody with a say asked for changes')
    const extra = hands.isUnattributed ? 1 : 0
    const counts = (rule: Rule): number =>
      votes.standing.filter(vote => this.#counts(vote, rule, asked)).length
    const isMet = (rule: Rule): boolean => counts(rule) >= rule.required + extra
    if (!anyOf.some(isMet) || !isMet(floor))
      return no(`${counts(floor)} of ${floor.required + extra} by the floor, ${anyOf.map(rule => `${counts(rule)} of ${rule.required + extra}`).join(' or ')}; ${votes.why.join('; ')}`)
    return { isApproved: true, strictness: this.#strictness(pull, asked, votes.standing), why: '' }
  }

  /** Somebody who left may still be counted for a while, at a renewal. */
  #counts({ by, id }: ReviewSeen, rule: Rule, { rules, renewal, path }: Asked): boolean {
    if (this.#may(by, rule, rules)) return true
    if (renewal === null || rules.never.includes(by)) return false
    const since = this.#eligible.get(`${renewal} ${id} ${path}`)
    return since !== undefined && this.#stage.world.state.now.getTime() - since <= 30 * DAY_MS
  }

  #votes(pull: PullRequestState, asked: Asked, hands: ReadonlySet<number>) {
    const standing: ReviewSeen[] = []
    const against: number[] = []
    const why: string[] = []
    for (const by of new Set(pull.reviews.map(({ authorId }) => authorId))) {
      const last = this.#lastWord(pull, by)
      if (last === undefined) continue
      const seen = this.#log.reviews.find(({ id }) => id === last.id)
      if (last.state === 'CHANGES_REQUESTED' || this.#wasTakenBackLate(pull, last)) against.push(by)
      else if (seen !== undefined) {
        const fault = hands.has(by) ? 'contributed' : this.#fault(pull, last, seen, asked)
        if (fault === null) standing.push(seen)
        else why.push(`${by} ${fault}`)
      }
    }
    return { standing, against, why }
  }

  /** A request for changes that somebody dismissed only after the merge. */
  #wasTakenBackLate({ timeline, mergedAt }: PullRequestState, { id }: ReviewState): boolean {
    return timeline.some(
      event =>
        event.kind === 'reviewDismissed' &&
        event.review === id &&
        event.was === 'CHANGES_REQUESTED' &&
        mergedAt !== null &&
        event.at > mergedAt,
    )
  }

  #lastWord(pull: PullRequestState, by: number): ReviewState | undefined {
    const end = pull.mergedAt?.getTime() ?? Number.POSITIVE_INFINITY
    return pull.reviews.findLast(
      ({ authorId, state, at }) =>
        authorId === by && state !== 'COMMENTED' && state !== 'PENDING' && at.getTime() <= end,
    )
  }

  /** Why an approval is none of these bytes; null where it is one. */
  #fault(pull: PullRequestState, review: ReviewState, seen: ReviewSeen, asked: Asked): string | null {
    const { path, commit, meaning, rules, landing } = asked
    if (review.state === 'DISMISSED' && !this.#isPassedOver(pull, review, asked)) return 'was dismissed'
    if ((this.#log.baseChanges.get(pull.number) ?? []).some(at => at >= seen.at))
      return 'approved against another base'
    const wanted = this.#blob(commit, path)
    if (this.#blob(seen.heads[0] ?? null, path) !== wanted) return 'approved other bytes'
    if (!seen.shown[0]?.has(path)) return 'was not shown the file'
    if (meaning !== null) {
      const then = meaningOf(meaning, this.text(seen.tips[0] ?? null, CONFIG_PATH))
      if (then !== meaningOf(meaning, this.text(landing.commit, CONFIG_PATH))) return 'approved another meaning'
    }
    const until = asked.isConfiguration ? pull.mergedAt : this.#stage.world.state.now
    const age = ((until?.getTime() ?? 0) - seen.at) / 1000
    if (rules.maxAgeSeconds !== null && age > rules.maxAgeSeconds) return 'approved too long ago'
    return null
  }

  /** A dismissal by somebody without a say ends no renewal, and makes no configuration untrusted that was in force. */
  #isPassedOver(pull: PullRequestState, review: ReviewState, asked: Asked): boolean {
    const { renewal, isConfiguration, rules, anyOf, floor } = asked
    if (renewal === null && !isConfiguration) return false
    const dismissals = pull.timeline.filter(
      event => event.kind === 'reviewDismissed' && event.review === review.id,
    )
    return dismissals.every(
      event =>
        event.kind === 'reviewDismissed' &&
        event.was === 'APPROVED' &&
        pull.mergedAt !== null &&
        event.at > pull.mergedAt &&
        ![...anyOf, floor].some(rule => this.#mayHaveHadASay(event.actorId, rule, rules)),
    )
  }

  /** Everybody who had a hand in the file of this pull request, and whether somebody had whom nobody knows. */
  #hands(pull: PullRequestState, path: string, landing: LandingSeen) {
    const { world } = this.#stage
    const people = new Set<number>([pull.authorId])
    let isUnattributed = !this.#isPerson(pull.authorId)
    for (const id of world.commitsOf(pull)) {
      const now = this.#changeIn(id, path, landing)
      if (now === undefined) continue
      if (this.#parents(id).some(parent => this.#changeIn(parent, path, landing) === now)) continue
      const object = world.state.objects.get(id)
      if (object?.kind !== 'commit') continue
      const { committer, isSignedByGitHub } = object
      const named = authorsOf(world.state, id).map(({ accountId }) => accountId)
      if (!isSignedByGitHub) named.push(committer.accountId === WEB_FLOW ? null : committer.accountId)
      for (const one of named) {
        if (one !== null) people.add(one)
        if (one === null || !this.#isPerson(one)) isUnattributed = true
      }
    }
    for (const push of this.#pushesOf(pull)) {
      const after = this.#changeIn(push.after, path, landing)
      if (after === undefined) continue
      if (push.before !== null && this.#changeIn(push.before, path, landing) === after) continue
      people.add(push.by)
      if (!this.#isPerson(push.by)) isUnattributed = true
    }
    return { people, isUnattributed }
  }

  /** What a commit would make of the file, undefined where it leaves the file as the default branch had it. */
  #changeIn(head: ObjectId | null, path: string, { before }: LandingSeen): ObjectId | null | undefined {
    const blob = this.#blob(head, path)
    const base = head === null || before === null ? null : this.#stage.world.mergeBase(head, before)
    return this.#blob(base, path) === blob ? undefined : blob
  }

  /** From the last making of the branch before the pull request to its end. */
  #pushesOf(pull: PullRequestState) {
    const end = pull.mergedAt?.getTime() ?? Number.POSITIVE_INFINITY
    const all = this.#log.pushes.filter(({ branch, at }) => branch === pull.headBranch && at <= end)
    const made = all.findLastIndex(
      ({ before, at }) => before === null && at <= pull.createdAt.getTime(),
    )
    return all.slice(Math.max(0, made)).filter(({ after }) => after !== null)
  }

  #strictness(pull: PullRequestState, asked: Asked, standing: readonly ReviewSeen[]): readonly Strictness[] {
    const { path, commit, landing, rules } = asked
    const found: Strictness[] = []
    if (rules.strict && landing.by === 'push') found.push('merged by a push, strict')
    if (rules.strict && standing.some(({ at, headSince }) => at - headSince < 60_000)) found.push('head too young, strict')
    if (rules.strict && standing.some(({ heads }) => heads[0] !== pull.headCommit)) found.push('not the merged commit, strict')
    const wanted = this.#blob(commit, path)
    const reviews = pull.reviews.filter(({ id }) => standing.some(seen => seen.id === id))
    const base = landing.before === null ? null : landing.before
    const isOther = reviews.some(
      ({ commit: named }) =>
        this.#blob(named, path) !== wanted ||
        (base !== null && this.#blob(this.#stage.world.mergeBase(named, base), path) === wanted),
    )
    if (isOther) found.push('GitHub names a commit with other bytes')
    if (standing.some(({ heads, tips }) => heads.length > 1 || tips.length > 1) || this.#isCrowded(pull, standing))
      found.push('pushed or moved in the same second')
    if (landing.pulls.length > 1) found.push('one of several pull requests')
    if (!CONFIGURATION.includes(path) && this.#isMixed(pull, landing)) found.push('request and configuration in one pull request')
    return found
  }

  /** A push or a move of the default branch in the very second of an approval, before or after it. */
  #isCrowded({ headBranch }: PullRequestState, standing: readonly ReviewSeen[]): boolean {
    return this.#log.pushes.some(
      ({ branch, at }) =>
        (branch === headBranch || branch === 'main') && standing.some(seen => seen.at === at),
    )
  }

  #isMixed({ headCommit }: PullRequestState, { before }: LandingSeen): boolean {
    const base = before === null ? null : this.#stage.world.mergeBase(headCommit, before)
    return CONFIGURATION.some(path => this.#blob(headCommit, path) !== this.#blob(base, path))
  }

  #may(id: number, rule: Rule, { never }: RulesThen): boolean {
    const account = this.#stage.world.state.accounts.get(id)
    if (account === undefined || account.isDeleted || account.type !== 'User' || never.includes(id)) return false
    const right = this.#stage.world.rightOf(this.#stage.repository, account)
    if (right === null || right === 'read' || right === 'triage') return false
    if (rule.users.length === 0 && rule.teams.length === 0) return true
    return rule.users.includes(id) || rule.teams.some(slug => this.#stage.team(slug).members.has(id))
  }

  /** Who left may have been able to write before. */
  #mayHaveHadASay(id: number, rule: Rule, { never }: RulesThen): boolean {
    const account = this.#stage.world.state.accounts.get(id)
    if (account?.type !== 'User' || never.includes(id)) return false
    if (rule.users.length === 0 && rule.teams.length === 0) return true
    return rule.users.includes(id) || rule.teams.some(slug => this.#stage.team(slug).members.has(id))
  }

  #isPerson(id: number): boolean {
    const account = this.#stage.world.state.accounts.get(id)
    return account?.type === 'User' && !account.isDeleted
  }

  #blob(commit: ObjectId | null, path: string): ObjectId | null {
    return commit === null ? null : this.#stage.world.blobAt(commit, path)
  }

  #parents(id: ObjectId): readonly ObjectId[] {
    const object = this.#stage.world.state.objects.get(id)
    return object?.kind === 'commit' ? object.parents : []
  }
}

interface Asked {
  readonly path: string
  /** Where the path came to hold what it holds. */
  readonly commit: ObjectId
  readonly landing: LandingSeen
  readonly rules: RulesThen
  readonly anyOf: readonly Rule[]
  readonly floor: Rule
  /** Text of the request whose meaning must not have changed; null where there is none. */
  readonly meaning: string | null
  /** Name of the request at a renewal. */
  readonly renewal: string | null
  readonly isConfiguration: boolean
}
