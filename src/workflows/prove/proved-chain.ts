// The chain of proofs below a file: its versions, newest first, down to one whose whole text was shown or that the
// owners adopted. Each link is judged as of its merge, and by what GitHub says of it today.
import type { EvidencedLink } from '../../domain/proof/evidence.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Requester } from '../../domain/request/policy.ts'
import { linkOf } from '../../core/approval/build-evidence.ts'
import type {
  Background,
  FileOrigin,
  Landing,
  ProofFacts,
  Question,
} from '../../core/approval/proof-facts.ts'
import { configurationPlaces } from '../../core/approval/configuration-places.ts'
import { judgeApproval } from '../../core/approval/judge-approval.ts'
import { mergeSourceOf } from '../../core/approval/merges/merge-source.ts'
import { mixedProblem } from '../../core/approval/merges/mixed-pull-request.ts'
import { hiddenDiffReason, unusualPath } from '../../core/approval/visibility/hidden-diffs.ts'
import { judgeRequest } from '../validate/judge-request.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { textOf } from '../validate/read-requests.ts'
import { digestIn, fileOf, otherRules, requestsIn, rulesOf, rulesThen } from './past-requests.ts'
import type { JudgingPast } from './past-requests.ts'
import type { OriginWithVersions } from './request-origins.ts'
import { requesterThen } from './requesters.ts'
import { namesake } from './namesakes.ts'

/** Decides what an approval of the file has to cover. With more facts of the same history it can be asked again. */
export function provedBelow(
  fileOrigin: OriginWithVersions,
  judging: JudgingPast,
): (facts: ProofFacts) => Background {
  const alone = new Map<FileOrigin, Judged>()
  return facts => backgroundIn({ fileOrigin, judging, facts, alone })
}

function backgroundIn(chain: Chain): Background {
  const { fileOrigin, judging } = chain
  const { versions, origin } = fileOrigin
  // All texts at once: the diffs are asked for one after the other.
  for (const { blob } of versions) if (blob !== null) judging.lookUps.bytesOf(blob)
  const start = firstProvedAlone(chain)
  if (start === 'unknown') return { proved: null, since: versions, isCut: true }
  const needed = versions.slice(0, start + 1)
  const isCut = origin === 'unknown' && needed.length === versions.length
  const bottom = { background: { proved: null, since: [], isCut }, path: fileOrigin.path }
  const top = needed.toReversed().reduce<Reached>(
    (reached, version) => ({
      background: withVersion(version, atPath(version, reached, chain), chain),
      path: version.path,
    }),
    { ...bottom, path: needed.at(-1)?.path ?? fileOrigin.path },
  )
  const background = atPath(fileOrigin, top, chain)
  const isTooLong = (background.links ?? []).length > MOST_LINKS
  return isTooLong ? { proved: null, since: versions, isCut: true } : background
}

/** A longer chain proves nothing: the owners adopt its newest version with `trusted-requests`. */
const MOST_LINKS = 50

interface Chain {
  readonly fileOrigin: OriginWithVersions
  readonly judging: JudgingPast
  readonly facts: ProofFacts
  /** Versions that were judged with nothing proved below them, and with each answer. */
  readonly alone: Map<FileOrigin, Judged>
}

/** What is proved up to a version, and the path of that version. */
interface Reached {
  readonly background: Background
  readonly path: string
}

/**
 * Index of the newest version that needs nothing below it: its approval showed every line, and no approver contributed to an older
 * version. The index of the oldest one if none is like that; `unknown` while an answer has to be looked up.
 */
function firstProvedAlone(chain: Chain): number | 'unknown' {
  const { versions, origin } = chain.fileOrigin
  const { facts, alone } = chain
  for (const [at, version] of versions.entries()) {
    const asked = facts.unanswered()
    const since = versions.slice(at + 1)
    const nothing = { proved: null, since, isCut: origin === 'unknown' }
    const judged = alone.get(version) ?? judgeVersion(version, nothing, chain)
    if (facts.unanswered() > asked) return 'unknown'
    alone.set(version, judged)
    if (judged.link !== null && judged.isAllowed) return at
  }
  return versions.length - 1
}

/** `below`: what is proved below the version, at its own path. */
function withVersion(version: FileOrigin, below: Background, chain: Chain): Background {
  const { versions, origin } = chain.fileOrigin
  const { blob, landing } = version
  const isAdopted = origin === 'baseline' && version === versions.at(-1)
  const { link, isAllowed } = isAdopted ? ADOPTED : judgeVersion(version, below, chain)
  if (link === null && !isAdopted) return { ...below, since: [version, ...below.since] }
  const since = isAllowed ? [] : [version, ...below.since]
  return {
    proved: { blob, commit: landing.commit },
    since,
    upToProved: since,
    isCut: below.isCut === true && !isAllowed,
    links: link === null ? [] : [link, ...(below.links ?? [])],
  }
}

/**
 * After a rename, the version of the old path may be what the new path has below it: for the same effective request.
 */
function atPath(
  { path, landing }: FileOrigin,
  { background, path: old }: Reached,
  chain: Chain,
): Background {
  const { proved, since, links = [], isCut = false } = background
  if (old === path) return background
  const blob = proved?.blob ?? null
  if (proved === null || blob === null || !isSameRequest(blob, [old, path], landing, chain))
    return { proved: null, since, isCut }
  return {
    proved: null,
    since,
    isCut,
    renamedFrom: [{ path: old, blob, commit: proved.commit }],
    links,
  }
}

/** By the configuration that was trusted when the file moved. */
function isSameRequest(
  blob: ObjectId,
  paths: readonly string[],
  landing: Landing,
  { fileOrigin, judging }: Chain,
): boolean {
  const config = judging.rulesAt(landing)?.rules.config ?? null
  const [before, after] = paths.map(path =>
    digestIn({ path, blob, cluster: fileOrigin.cluster }, config, judging.lookUps),
  )
  return (
    before !== null && before === after && rulesOf(judging.rules, fileOrigin, judging).isAllowed
  )
}

interface Judged {
  /** Null if it is not proved. */
  readonly link: EvidencedLink | null
  /** By the policies of its landing or of today, for the requester of that version. */
  readonly isAllowed: boolean
}

const ADOPTED: Judged = { link: null, isAllowed: true }
const REFUSED: Judged = { link: null, isAllowed: false }

function judgeVersion(version: FileOrigin, background: Background, chain: Chain): Judged {
  const { fileOrigin, judging, facts } = chain
  const { path, blob, landing } = version
  const { rules, history, lookUps, configurations } = judging
  const places = configurationPlaces(history.frame.config, history.frame.workflow)
  const then = judging.rulesAt(landing)
  if (then === null || blob === null || mixedProblem(version, places, facts) !== null)
    return REFUSED
  const file = fileOf(path, blob, lookUps)
  if (file === null || hiddenDiffReason(path, textOf(file)) !== null) return REFUSED
  if (unusualPath(path) !== null && version.recorded === null) return REFUSED
  const name = lookUps.request(path, blob, rules.config.requests)?.name ?? null
  if (name === null) return REFUSED
  const { cluster } = fileOrigin
  const asked = { path, blob, cluster }
  const requesterBy = ({ config }: Rules): Requester | null =>
    requesterThen({ ...version, background }, facts, config)
  const { pullRequests } = mergeSourceOf(landing, facts)
  const mergedAt = pullRequests[0]?.merged?.at ?? judging.now
  const atMerge = { ...then, at: mergedAt }
  const wasAllowed = isAllowedBy(atMerge, asked, requesterBy(then.rules), judging)
  const today = { rules, approvers: judging.approvers, at: judging.now }
  // A version that no policy of then allowed has to meet the rules of today.
  const [by, other] = wasAllowed ? [atMerge, today] : [today, atMerge]
  const needed = rulesThen(by.rules, fileOrigin, version, judging)
  const { lists, minimum, extraApprovals } = needed
  const question: Omit<Question, 'anyOf' | 'rulePath'> = {
    ...version,
    minimum,
    extraApprovals,
    background,
    purpose: 'past',
    ...otherRules(other, asked, judging),
    effectiveDigestAt: commit => digestIn(asked, configurations(commit), lookUps),
    holdsName: namesake(name, lookUps, rules.config.requests),
  }
  // Code owners and rulesets of both: else a version that those of its folder refused would be moved to another folder.
  const rulePaths = [...new Set([path, fileOrigin.path])]
  const judged = lists.flatMap(anyOf =>
    rulePaths.map(rulePath => judgeApproval({ ...question, anyOf, rulePath }, by.approvers, facts)),
  )
  const [first, ...others] = judged.flatMap(each => (each.ok ? [each.value] : []))
  const isProved = first !== undefined && others.length + 1 === judged.length
  return {
    link: isProved ? linkOf(question, first, others) : null,
    isAllowed: wasAllowed || isAllowedBy(today, asked, requesterBy(rules), judging),
  }
}

function isAllowedBy(
  { rules, at }: { readonly rules: Rules; readonly at: Date },
  file: Pick<OriginWithVersions, 'path' | 'blob' | 'cluster'>,
  requester: Requester | null,
  judging: JudgingPast,
): boolean {
  const isPublic = judging.history.repository.visibility === 'public'
  const requests = requestsIn(file, rules.config, judging.lookUps)
  return (
    requests.length > 0 &&
    requests.every(
      each => judgeRequest(each, rules, { requester, isPublic }, at).problems.length === 0,
    )
  )
}
