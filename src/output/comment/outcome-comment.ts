// The comment on a merged pull request with its outcome: what was issued or renewed and who approved it, which approvals are
// missing and from whom, what failed. It shows certificates only to requesters with their own key, in repositories that are not
// public.
import { emergencyText } from '../../domain/cluster/emergency.ts'
import type { ApprovalProof } from '../../domain/proof/approved.ts'
import type { Problem } from '../../domain/problem.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import {
  codeElement,
  fenced,
  folded,
  joinMarkdown,
  listMarkdown,
  mark,
  NOTHING,
  onCluster,
  codes,
} from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { CERTIFICATE_HEAD, certificateRow, colons } from './certificate-rows.ts'
import type { RowFacts } from './certificate-rows.ts'
import { appliedFrom, outcomeTitle, outcomeVerdict, rolesSection } from './outcome-markdown.ts'
import { blocks, COMMENT, fitPage, rows } from './comment-size-limit.ts'
import type { Page } from './comment-size-limit.ts'
import { oncePerText } from './plan-rows.ts'
import { problemList } from './problem-markdown.ts'
import { hadAccess, openFirst, outcomeWord } from '../terminal/outcome-text.ts'
import { bindingWords, minute } from '../terminal/plural-words.ts'

/** First line of the comment. */
export const ISSUED_MARKER = '<!-- countersign:issued -->'

/** The maps are keyed by the steps of the outcomes. */
export interface IssuedFacts extends RowFacts {
  readonly pullRequest: number
  readonly visibility: RepositoryFacts['visibility']
  readonly hasCertificates: boolean
  readonly proofs: ReadonlyMap<Step, ApprovalProof>
  /** PEM, leaf first; the current certificate if no new one was issued, that of the comment before if a request is refused. */
  readonly certificates: ReadonlyMap<Step, string>
}

/**
 * The comment with the outcomes of one pull request's files. Those that another pull request replaced only have a row, and so do
 * unchanged ones.
 */
export function issuedComment(outcomes: readonly StepOutcome[], facts: IssuedFacts): Page {
  const own = outcomes.filter(({ step }) => !facts.replacedBy.has(step))
  const told = own.filter(({ kind }) => kind !== 'kept')
  const top = (isWhole: boolean): Markdown =>
    joinMarkdown([{ markdown: ISSUED_MARKER }, verdictOf(outcomes, own, isWhole)], '\n')
  const table = openFirst(outcomes).map(outcome => certificateRow(outcome, facts))
  const details = own.flatMap(outcome =>
    detailsOf(outcome, facts).map(text => ({ name: stepTarget(outcome.step).name, text })),
  )
  const pems = outcomes.flatMap(({ step }) => certificateMarkdown(step, outcomes, facts))
  const sections = [
    rows(CERTIFICATE_HEAD, table, '# more requests', 0.4),
    blocks(oncePerText(details), 'details of # more requests', 0.3),
    rolesSection(told),
    blocks(pems, 'certificates of # more requests', 0.3),
  ]
  const acted = told.some(({ kind }) => kind === 'issued' || kind === 'withdrawn')
  // A page that reports nothing new does not change with each run.
  const links = facts.links === null || acted ? facts.links : { ...facts.links, run: null }
  return fitPage(top, sections, appliedFrom(facts.commit, links), COMMENT)
}

function verdictOf(
  outcomes: readonly StepOutcome[],
  own: readonly StepOutcome[],
  isWhole: boolean,
): Markdown {
  const told = own.filter(({ kind }) => kind !== 'kept')
  if (told.length > 0) return outcomeVerdict(told, isWhole)
  const revoked = own.filter(isRevoked).length
  const withdrawn = outcomes.filter(({ kind }) => kind === 'withdrawn').length
  const states = [
    [revoked, 'revoked'],
    [own.length - revoked, 'issued'],
    [outcomes.length - own.length - withdrawn, 'replaced'],
    [withdrawn, 'withdrawn'],
  ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]))
  return outcomeTitle({ markdown: states.join(', ') }, isWhole)
}

/** Whether the access of its certificate was revoked. */
function isRevoked(outcome: StepOutcome): boolean {
  if (outcome.kind === 'kept') return outcome.revoked !== undefined
  return outcome.kind === 'refused' && outcome.problems.some(each => each.code === 'ACCESS_REVOKED')
}

/** The sentence of one outcome; folded if there is nothing to do about it. */
function detailsOf(outcome: StepOutcome, facts: IssuedFacts): readonly Markdown[] {
  const isUnchanged = outcome.kind === 'kept' && outcome.revoked === undefined
  const known = facts.inUse.get(outcome.step)
  if (isUnchanged && known === undefined) return []
  const told =
    isUnchanged && known !== undefined
      ? mark`serial ${colons(known.serial)}, SHA-256 ${known.sha256}`
      : outcomeMarkdown(outcome, facts)
  const isDone = isUnchanged || (outcome.kind === 'issued' && outcome.warnings.length === 0)
  if (!isDone) return [told]
  const { name, cluster } = stepTarget(outcome.step)
  const on = cluster === null ? NOTHING : mark` on ${codeElement(cluster)}`
  return [folded(mark`${codeElement(name)}${on}: serial, digest and proof`, told)]
}

function outcomeMarkdown(outcome: StepOutcome, facts: IssuedFacts): Markdown {
  const target = stepTarget(outcome.step)
  const who = mark`**${target.name}**${onCluster(target.cluster)}`
  switch (outcome.kind) {
    case 'issued': {
      const { serial, sha256, notAfter, stored, warnings, step } = outcome
      const where = stored.length === 0 ? NOTHING : mark`, in ${listMarkdown(codes(stored))}`
      const line = mark`${who} ${outcomeWord(outcome)}: serial ${colons(serial)}, SHA-256 ${sha256}, until ${{ markdown: minute(notAfter) }}${where}.${beforeMarkdown(step)}${proofMarkdown(facts.proofs.get(step))}`
      return warnings.length === 0 ? line : problemList(line, warnings)
    }
    case 'withdrawn': {
      const what =
        outcome.emptied.length === 0
          ? mark`no more renewals`
          : mark`deleted ${listMarkdown(codes(outcome.emptied))}`
      const end =
        outcome.notAfter === null ? mark`it ends` : mark`${{ markdown: minute(outcome.notAfter) }}`
      // In a public repository the roles of others stay private.
      const bindings = facts.visibility === 'public' ? null : outcome.bindings
      const by = bindingWords(bindings).replace(/^[; ]+/, '')
      const bound = by === '' ? NOTHING : mark` (${by})`
      const why = hadAccess(outcome) ? 'its access has ended; ' : 'Kubernetes cannot revoke, so '
      const works = outcome.hasEnded
        ? 'the certificate ended at'
        : `${why}the certificate works until`
      const line = mark`${who} withdrawn: ${what}; ${{ markdown: works }} ${end}${outcome.hasEnded ? NOTHING : bound}.${proofMarkdown(facts.proofs.get(outcome.step))}`
      return outcome.warnings.length === 0 ? line : problemList(line, outcome.warnings)
    }
    case 'kept':
      return problemList(
        mark`The access of ${who} is revoked; the certificate still logs in until it expires:`,
        outcome.revoked === undefined ? [] : [shownOn(facts, outcome.revoked)],
      )
    case 'waiting':
      return problemList(mark`${who} waits; the next run continues it:`, [outcome.problem])
    case 'refused':
      return problemList(
        mark`${who} was not ${{ markdown: outcome.step.kind === 'withdraw' ? 'withdrawn' : 'issued' }}:`,
        outcome.problems.map(problem => shownOn(facts, problem)),
      )
    case 'failed':
      return problemList(
        mark`${who} failed; it is tried again after at most 1 h, doubled with each failure up to 32 h, and no new approval is needed:`,
        outcome.problems,
      )
  }
}

/** In a public repository the user who revoked stays private: the name may be an email address. */
function shownOn({ visibility }: IssuedFacts, problem: Problem): Problem {
  if (visibility !== 'public' || problem.code !== 'ACCESS_REVOKED') return problem
  return {
    ...problem,
    message: 'it was revoked, and no approved change of its file came after that',
  }
}

/** A requester with their own key has to replace the previous certificate. This says until when. */
function beforeMarkdown(step: Step): Markdown {
  if (step.kind !== 'renew' && step.kind !== 'reissue') return NOTHING
  const { request, until, because } = step
  if (request.key.kind !== 'own' || because === 'CertificateMissingFromSink' || until === null)
    return NOTHING
  return mark` The certificate before works until ${{ markdown: minute(until) }}.`
}

function proofMarkdown(proof: ApprovalProof | undefined): Markdown {
  if (proof === undefined) return NOTHING
  if (proof.kind === 'terminal')
    return mark` Approved by ${proof.osUser} at a terminal, proof ${`sha256:${proof.digest}`}.`
  if (proof.kind === 'emergency') return mark` ${emergencyText(proof.emergency)}.`
  const { approvals, rule } = proof.evidence
  const by = approvals.map(({ reviewer, review }) => mark`${reviewer.login} (review ${review})`)
  return mark` Approved by ${listMarkdown(by)}, by the rule ${rule.name}; proof ${`sha256:${proof.digest}`}.`
}

/** The requester has the key, so the certificate alone completes the credential. */
function certificateMarkdown(
  step: Step,
  outcomes: readonly StepOutcome[],
  facts: IssuedFacts,
): readonly Markdown[] {
  const pem = facts.certificates.get(step)
  const request = 'request' in step ? step.request : null
  const { name, cluster } = stepTarget(step)
  const isOwn = request === null || request.key.kind === 'own'
  if (!isOwn || cluster === null || pem === undefined || !facts.hasCertificates) return []
  const title = mark`${codeElement(name)} on ${codeElement(cluster)}: the certificate`
  const isOfSeveral = outcomes.some(
    ({ step: other }) => stepTarget(other).name === name && other !== step,
  )
  const isClient = request?.usages.includes('client auth') === true
  const isEnded = outcomes.some(each => each.step === step && isRevoked(each))
  const next =
    isClient && !isEnded ? mark`\n\n${commandMarkdown(request, isOfSeveral, facts)}` : NOTHING
  return [mark`${folded(title, fenced(pem))}${next}`]
}

/** A name that a shell could misread is never put into a command. */
function commandMarkdown(
  { name, cluster }: EffectiveRequest,
  isOfSeveral: boolean,
  { pullRequest }: IssuedFacts,
): Markdown {
  if (![name, cluster].every(each => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(each))) return NOTHING
  const which = isOfSeveral ? ` --cluster ${cluster}` : ''
  const command = `countersign kubeconfig ${name} --pr ${pullRequest}${which} --merge`
  return mark`With the key that was made for it, this adds ${name} to your kubeconfig. kubectl then fetches renewals by itself:\n\n${fenced(command)}`
}
