// The chain of proofs below a file: its versions, newest first, down to one whose whole text was shown or that the
// owners adopted. Each link is judged as of its merge, and by what GitHub says of it today.
import type { EvidencedLink } from '../../domain/proof/evidence.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Requester } from '../../domain/request/policy.ts'
import { linkOf } from '../../core/approval/build-evidence.ts'
import type {
  Background,
  FileOrigin,
  ProofFacts,
  Question,
} from '../../core/approval/proof-facts.ts'
import { judgeApproval } from '../../core/approval/judge-approval.ts'
import { isMixed } from '../../core/approval/merges/mixed-pull-request.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { hiddenDiffReason } from '../../core/approval/visibility/hidden-diffs.ts'
import { judgeRequest } from '../validate/judge-request.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { textOf } from '../validate/read-requests.ts'
import { effectiveDigestUnder } from './effective-request-then.ts'
import { digestIn, fileOf, requestIn, rulesOf, rulesThen } from './past-requests.ts'
import type { JudgingPast } from './past-requests.ts'
import type { OriginWithVersions } from './request-origins.ts'
import { requesterThen } from './requesters.ts'
import { namesake } from './namesakes.ts'

/** What an approval of the file has to cover. */
export function provedBelow(
  fileOrigin: OriginWithVersions,
  judging: JudgingPast,
  facts: ProofFacts,
): Background {
  const { versions, before } = fileOrigin
  const chain = { fileOrigin, judging, facts }
  // All texts at once: the diffs are asked for one after the other.
  for (const { blob } of versions) if (blob !== null) judging.bytesOf(blob)
  const start = firstProvedAlone(chain)
  if (start === 'unknown') return { proved: null, since: versions, isCut: true }
  const needed = versions.slice(0, start + 1)
  const isCut = before === 'unknown' && needed.length === versions.length
  const bottom = { background: { proved: null, since: [], isCut }, path: fileOrigin.path }
  const top = needed.toReversed().reduce<Reached>(
    (reached, version) => ({
      background: withVersion(version, atPath(version.path, reached, chain), chain),
      path: version.path,
    }),
    { ...bottom, path: needed.at(-1)?.path ?? fileOrigin.path },
  )
  const background = atPath(fileOrigin.path, top, chain)
  const isTooLong = (background.links ?? []).length > MOST_LINKS
  return isTooLong ? { proved: null, since: versions, isCut: true } : background
}

/** A longer chain proves nothing: the owners adopt its newest version with `trusted-requests`. */
const MOST_LINKS = 50

interface Chain {
  readonly fileOrigin: OriginWithVersions
  readonly judging: JudgingPast
  readonly facts: ProofFacts
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
  const { versions, before } = chain.fileOrigin
  const { facts } = chain
  for (const [at, version] of versions.entries()) {
    const asked = facts.unanswered()
    const since = versions.slice(at + 1)
    const nothing = { proved: null, since, isCut: before === 'unknown' }
    const { link, isAllowed } = judgeVersion(version, nothing, chain)
    if (facts.unanswered() > asked) return 'unknown'
    if (link !== null && isAllowed) return at
  }
  return versions.length - 1
}

/** `below`: what is proved below the version, at its own path. */
function withVersion(version: FileOrigin, below: Background, chain: Chain): Background {
  const { versions, before } = chain.fileOrigin
  const { blob, landing } = version
  const isAdopted = before === 'baseline' && version === versions.at(-1)
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
 * After a rename, the version of the old path may be what the new path has below it: for the same effective request. Contributors count
 * from the rename on, since each line that the proved version does not have has to be shown.
 */
function atPath(path: string, { background, path: old }: Reached, chain: Chain): Background {
  const { proved, links = [], isCut = false } = background
  if (old === path) return background
  const blob = proved?.blob ?? null
  if (proved === null || blob === null || !isSameRequest(blob, old, path, chain))
    return { proved: null, since: [], isCut }
  return {
    proved: null,
    since: [],
    isCut,
    renamedFrom: [{ path: old, blob, commit: proved.commit }],
    links,
  }
}

function isSameRequest(blob: ObjectId, old: string, path: string, chain: Chain): boolean {
  const { judging, fileOrigin } = chain
  const { rules } = judging
  const [before, after] = [old, path].map(each =>
    digestIn(requestIn(each, blob, fileOrigin.cluster, rules, judging), rules),
  )
  return before !== null && before === after && rulesOf(rules, fileOrigin, judging).isAllowed
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
  const { rules, places, configurations } = judging
  const then = judging.rulesAt(landing)
  if (then === null || blob === null || isMixed(version, places, facts) !== null) return REFUSED
  const file = fileOf(path, blob, judging)
  if (file === null || hiddenDiffReason(path, textOf(file)) !== null) return REFUSED
  const name = judging.request(path, blob, rules.config.requests)?.name ?? null
  const request = requestIn(path, blob, fileOrigin.cluster, rules, judging)
  const requester = requesterThen({ ...version, background }, facts, rules.config)
  const needs = rulesThen(then.rules, fileOrigin, { path, blob }, judging)
  const question: Question = {
    ...version,
    rulePath: fileOrigin.path,
    ...needs,
    background,
    purpose: 'past',
    effectiveDigestAt:
      name === null
        ? null
        : commit => {
            // If today's configuration cannot compute it, whether it was another one then is unknown.
            const config = request === null ? null : configurations(commit)
            return config === null || request === null
              ? null
              : effectiveDigestUnder(config, file, request)
          },
    holdsName: namesake(name, judging, rules.config.requests),
  }
  const judged = needs.anyOf.map(rule =>
    judgeApproval({ ...question, anyOf: [rule] }, then.approvers, facts),
  )
  const [first, ...others] = judged.flatMap(each => (each.ok ? [each.value] : []))
  const isProved = first !== undefined && others.length + 1 === judged.length
  return {
    link: isProved ? linkOf(question, first, others) : null,
    isAllowed: [rules, then.rules].some(each =>
      isAllowedBy(each, { path, blob }, requester, chain),
    ),
  }
}

/** For its cluster; in each of its clusters if the file has moved to this one since. */
function isAllowedBy(
  rules: Rules,
  { path, blob }: { readonly path: string; readonly blob: ObjectId },
  requester: Requester | null,
  { fileOrigin, judging }: Chain,
): boolean {
  const request = judging.request(path, blob, rules.config.requests)
  const effective = request === null ? null : effectiveRequests(request, rules.config)
  if (effective?.ok !== true) return false
  const own = effective.value.filter(({ cluster }) => cluster === fileOrigin.cluster)
  const asked = own.length > 0 ? own : effective.value
  const { isPublic, now } = judging
  return asked.every(
    each => judgeRequest(each, rules, { requester, isPublic }, now).problems.length === 0,
  )
}
