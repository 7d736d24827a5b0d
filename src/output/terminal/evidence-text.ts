// The evidence of one approved file for a person: who requested it, who approved which bytes by which rule, how it came to the
// default branch, and where the configuration leads back to. It shows the evidence and checks nothing.
import { approvedElsewhere } from '../../domain/cluster/emergency.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type {
  Evidence,
  EvidencedApproval,
  EvidencedLanding,
  EvidencedPerson,
} from '../../domain/proof/evidence.ts'
import type { FoundCertificate } from '../../domain/cluster/record.ts'
import type { Paint } from './terminal-colours.ts'
import { table } from './text-table.ts'
import { counted, minute, revokedBy } from './plural-words.ts'

const SHORT = 7

/** A certificate and its approval as the record has them. */
export function certificateText(found: FoundCertificate, paint: Paint): string {
  const { newest, ended, approval } = found
  const { path, blob, commit } = approval ?? {}
  const unended = newest !== null ? 'in use' : 'cut off, may be stored'
  const by = revokedBy(ended?.by, found.grant)
  const rows = {
    state: ended === null ? unended : `${ended.how} ${minute(ended.at)}${by}`,
    names: [found.subject, ...found.sans].join(', '),
    serial: found.serial,
    'SHA-256': found.sha256,
    valid: `${minute(found.notBefore)} to ${minute(found.notAfter)}`,
    grant: found.grant,
    'issued for': found.targets.join(', '),
    bytes: path && `${path}, blob ${blob}`,
    'applied from': commit && `pull request ${approval?.pullRequest}, commit ${commit}`,
    'proved by':
      commit && `countersign prove ${shellWord(path ?? '')} --commit ${shellWord(commit)}`,
    'asked by': approval?.requestedBy.map(person).join(', '),
    'approved by': approvedBy(approval),
    rule: approval?.rule,
    evidence: `SHA-256 ${found.proof}`,
  }
  const told = Object.entries(rows).filter(([, text]) => (text ?? '') !== '')
  const lines = table(told.map(([label, text]) => [paint.dim(`  ${label}`), visible(`${text}`)]))
  const title = visible(`the record of ${found.request} in ${found.cluster} says`)
  return [paint.strong(title), ...lines].join('\n')
}

function approvedBy(approval: FoundCertificate['approval']): string {
  if (approval === null) return 'not known: no record of its issue was kept'
  return approvedElsewhere(approval) ?? approval.approvedBy.map(person).join(', ')
}

/** The verdict first, then a line for each question. */
export function evidenceText(evidence: Evidence, paint: Paint): string {
  const { repository, pullRequest, path, blob, approvals, trustRoot, tool, decidedAt } = evidence
  const what = blob === null ? `the removal of ${visible(path)}` : visible(path)
  const approvers = approvals.map(({ reviewer }) => visible(reviewer.login))
  const verdict = `${what} was approved by ${listed(approvers)} on pull request ${visible(repository.name)}#${pullRequest.number}`
  const rows: readonly (readonly [string, string])[] = [
    ...bytesRows(evidence),
    ['asked by', pullRequest.author === null ? GONE : person(pullRequest.author)],
    ['changed by', evidence.contributors.map(person).join(', ') || 'nobody GitHub names'],
    ...approvals.map((one): [string, string] => ['approved by', approvalWords(one)]),
    ['rule', ruleWords(evidence)],
    ['merged', mergeWords(evidence)],
    ...Object.entries(evidence.configuration).map(([file, its]): [string, string] => [
      'configured by',
      `${visible(file)}, blob ${short(its)}`,
    ]),
    ['trust root', `${visible(trustRoot.digest)}, first in commit ${short(trustRoot.anchor)}`],
    ['proved', `at ${when(decidedAt)} by countersign ${visible(tool)}`],
  ]
  const told = rows.map(([label, text], index) => {
    const isSame = rows[index - 1]?.[0] === label
    return [paint.dim(isSame ? '' : label), text]
  })
  return [paint.strong(verdict), ...table(told).map(line => `  ${line}`)].join('\n')
}

const GONE = 'a deleted account'

function bytesRows({
  commit,
  blob,
  sha256,
  meaning,
}: Evidence): readonly (readonly [string, string])[] {
  const rows: readonly (readonly [string, string])[] =
    blob === null
      ? [['bytes', 'none: the file is gone']]
      : [
          ['bytes', `blob ${visible(blob)}`],
          ['bytes', `SHA-256 ${visible(sha256 ?? 'unknown')}`],
        ]
  return [
    ...rows,
    ['effective request', visible(meaning)],
    ['applied from', `commit ${visible(commit)}`],
  ]
}

function approvalWords({ reviewer, review, head, at, eligibleAt }: EvidencedApproval): string {
  const allowed = eligibleAt === at ? '' : `, still allowed to approve ${when(eligibleAt)}`
  return `${person(reviewer)} at ${when(at)}, review ${review} of commit ${short(head)}${allowed}`
}

function ruleWords({ rule, approvals, unattributed, hasUnknownPusher }: Evidence): string {
  const more = [
    ...(unattributed === null ? [] : [visible(unattributed)]),
    ...(hasUnknownPusher ? ['GitHub did not say who pushed'] : []),
  ]
  const needs = counted(rule.required, 'approval')
  const why = more.length === 0 ? '' : `; one of them because ${more.join(', and ')}`
  return `${visible(rule.name)} needs ${needs}, ${approvals.length} counted${why}`
}

const LANDED: Readonly<Record<EvidencedLanding['by'], string>> = {
  pullRequestMerge: 'by the pull request',
  mergeQueueMerge: 'by the merge queue',
  push: 'by a push',
  forcePush: 'by a force push',
  unknown: 'in a way that GitHub does not say',
}

function mergeWords({ pullRequest, landing }: Evidence): string {
  const { mergedAt, mergedBy, mergeCommit } = pullRequest
  const who = mergedBy === null ? GONE : person(mergedBy)
  const landed =
    landing.commit === mergeCommit ? '' : `; the file came with commit ${short(landing.commit)}`
  return `at ${when(mergedAt)} by ${who} as commit ${short(mergeCommit)}${landed}, ${LANDED[landing.by]}`
}

function person({ login, id }: EvidencedPerson): string {
  return `${visible(login)} (id ${id})`
}

function when(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? visible(iso) : minute(date)
}

function short(object: string): string {
  return visible(object.slice(0, SHORT))
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)]
  const last = unique.at(-1) ?? 'nobody'
  return unique.length < 2 ? last : `${unique.slice(0, -1).join(', ')} and ${last}`
}
