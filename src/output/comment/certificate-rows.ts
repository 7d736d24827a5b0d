// The table of an applied pull request: each request with its certificate, the renewal and the people who approved it.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import { fileLink } from './page-links.ts'
import { pullAddress } from './page-links.ts'
import type { PageLinks } from './page-links.ts'
import {
  code,
  joinMarkdown,
  listMarkdown,
  mark,
  onCluster,
  tableHead,
  tableRow,
  codes,
} from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { OUTCOMES, outcomeWord } from '../terminal/outcome-text.ts'
import { minute } from '../terminal/plural-words.ts'

/** A certificate in use, from the record or just issued. */
export interface ShownCertificate {
  /** Lower-case hex. */
  readonly serial: string
  readonly sha256: string
  readonly until: Date
  /** Null if no run will renew it. */
  readonly renewAt: Date | null
  readonly stored: readonly string[]
}

export interface RowFacts {
  readonly commit: ObjectId
  readonly links: PageLinks | null
  readonly inUse: ReadonlyMap<Step, ShownCertificate>
  readonly approvals: ReadonlyMap<Step, RowApproval>
  /** The pull request that replaced or withdrew the certificate of this one. */
  readonly replacedBy: ReadonlyMap<Step, number>
}

/** Who approved, and by which rule; `rule` is null at a terminal. */
export interface RowApproval {
  readonly by: readonly string[]
  readonly rule: string | null
}

const MOST_SINKS = 3
const MOST_NAMES = 3
/** Four bytes with colons. */
const MOST_SERIAL = 11
const NONE = mark`–`

export const CERTIFICATE_HEAD: Markdown = tableHead([
  '',
  'request',
  'certificate',
  'renews',
  'approved by',
])

export function certificateRow(outcome: StepOutcome, facts: RowFacts): Markdown {
  const { step } = outcome
  const { path, cluster } = stepTarget(step)
  const certificate = facts.inUse.get(step)
  return tableRow([
    stateCell(outcome, facts),
    mark`${step.kind === 'withdraw' ? code(path) : fileLink(path, facts)}${onCluster(cluster)}`,
    certificate === undefined ? NONE : certificateCell(certificate),
    certificate?.renewAt === undefined || certificate.renewAt === null
      ? NONE
      : mark`${{ markdown: minute(certificate.renewAt) }}`,
    approvalCell(facts.approvals.get(step)),
  ])
}

function stateCell(outcome: StepOutcome, { replacedBy, links }: RowFacts): Markdown {
  const next = replacedBy.get(outcome.step)
  if (next !== undefined) {
    const word = outcome.kind === 'withdrawn' ? mark`withdrawn` : mark`replaced`
    return mark`➖ ${word} by ${pullRequest(next, links)}`
  }
  if (outcome.kind === 'kept')
    return outcome.revoked === undefined ? mark`✅ issued` : mark`⛔ revoked`
  return { markdown: `${OUTCOMES[outcome.kind].icon} ${outcomeWord(outcome)}` }
}

/** GitHub itself links `#7`. */
function pullRequest(number: number, links: PageLinks | null): Markdown {
  return links === null
    ? mark`#${number}`
    : mark`[#${number}](${{ markdown: pullAddress(links, number) }})`
}

function certificateCell({ serial, until, stored }: ShownCertificate): Markdown {
  const shown = codes(stored, MOST_SINKS)
  const where = shown.length === 0 ? mark`` : mark`, in ${listMarkdown(shown)}`
  return mark`until ${{ markdown: minute(until) }}, serial ${briefSerial(serial)}${where}`
}

function approvalCell(approval: RowApproval | undefined): Markdown {
  if (approval === undefined) return NONE
  const by = joinMarkdown(codes(approval.by, MOST_NAMES), ', ')
  return approval.rule === null ? mark`${by} at a terminal` : mark`${by}, rule ${approval.rule}`
}

/** The first bytes of a long serial; the details have all of it. */
function briefSerial(serial: string): string {
  const all = colons(serial)
  return all.length <= MOST_SERIAL ? all : `${all.slice(0, MOST_SERIAL)}…`
}

/** The format of `openssl x509 -serial`, with colons as people write it. */
export function colons(hex: string): string {
  return (hex.match(/../g) ?? []).join(':')
}
