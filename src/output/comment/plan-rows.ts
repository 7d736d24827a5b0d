// One table row per step: its state, its file, what happens on merge, what it needs before.
import { affectedRequests, askedSeconds, stepTarget } from '../../domain/cluster/plan-step.ts'
import type {
  Change,
  IssuingFacts,
  Plan,
  Step,
  WithdrawStep,
} from '../../domain/cluster/plan-step.ts'
import { roleInPlaceText, rolesInPlaces } from '../../domain/request/access.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import { fileLink } from './page-links.ts'
import {
  code,
  firstOf,
  joinMarkdown,
  listMarkdown,
  mark,
  NOTHING,
  tableHead,
  tableRow,
  codes,
} from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { needMarkdown } from './missing-approvals-markdown.ts'
import { problemCountMarkdown } from './problem-markdown.ts'
import { configurationState, isHeld, needOf, stateMarkdown, stepState } from './step-states.ts'
import type { CommentFacts, ConfigurationFile } from './step-states.ts'
import { NAME, rowGroups } from '../terminal/row-groups.ts'
import { counted, purpose, sinkWords } from '../terminal/plural-words.ts'

/** A row gives an overview; the full values are in the details. */
const MOST_NAMES = 3
const MOST_CHANGES = 3
const MOST_SINKS = 2
const MOST_POLICIES = 3
const MOST_ROLES = 4
const SHORT = 80

export const PLAN_HEAD: Markdown = tableHead(['', 'request', 'on merge', 'needs', 'policy'])

/** The rows of the table. Many that are equal but for the name of the request are one row, which has all names. */
export function planRows(
  steps: readonly Step[],
  plan: Plan,
  facts: CommentFacts,
): readonly Markdown[] {
  const rows = steps.map(step => {
    const { name, path } = stepTarget(step)
    const cells = [
      stateMarkdown(stepState(step, plan, facts)),
      code(path),
      onMerge(step, facts),
      needsOf(step, plan, facts),
      policiesOf(step, facts),
    ]
    return { name, step, cells: cells.map(({ markdown }) => markdown) }
  })
  return rowGroups(rows).map(({ rows: same, cells }) => {
    const [state = NOTHING, path = NOTHING, ...others] = cells.map(markdown => ({ markdown }))
    const alone = same.length === 1
    const file = alone ? fileAt(same[0].step, facts) : mark`${path}: ${namesMarkdown(same)}`
    return tableRow([state, file, ...others])
  })
}

/** All names of a group: what is approved is never cut. */
function namesMarkdown(rows: readonly { readonly name: string }[]): Markdown {
  const names = joinMarkdown(codes(rows.map(({ name }) => name)), ', ')
  return mark`${NAME} is each of ${rows.length} requests: ${names}`
}

/** Texts of requests; in a large run those that are equal but for their name are one, after all names. */
export function oncePerText(
  texts: readonly { readonly name: string; readonly text: Markdown }[],
  isShared = false,
): readonly Markdown[] {
  const named = texts.map(each => ({ ...each, cells: [each.text.markdown], isShared }))
  return rowGroups(named).map(({ rows: same, cells: [text = ''] }) =>
    same.length === 1 ? same[0].text : mark`${namesMarkdown(same)}.\n\n${{ markdown: text }}`,
  )
}

/** The file at the head, at its first problem; the path alone if the head does not have it. */
function fileAt(step: Step, { links, head }: CommentFacts): Markdown {
  const { path } = stepTarget(step)
  if (step.kind === 'withdraw' && step.because === 'FileRemoved') return code(path)
  const place = step.kind === 'blocked' ? step.problems[0].at : null
  const line = place?.file === path ? place.line : undefined
  return fileLink(path, { links, commit: head, line })
}

/** The policies that allow the request, each linked to its first line at the commit that judged. */
function policiesOf(step: Step, { verdicts, links, rulesCommit: commit }: CommentFacts): Markdown {
  const verdict = 'request' in step ? verdicts.get(step.request) : undefined
  if (verdict?.decision !== 'allowed') return mark`–`
  const shown = verdict.policies.map(({ name, path, places }) =>
    fileLink(path, { links, commit, line: placeOf(places, 'metadata.name')?.line }, name),
  )
  return joinMarkdown(firstOf(shown, MOST_POLICIES), ', ')
}

/** The effects of merging a configuration file on requests are listed below. Without enough approvals it stops every issue. */
export function configurationRow(
  file: ConfigurationFile,
  plan: Plan,
  facts: CommentFacts,
): Markdown {
  const { path, change } = file
  const need = facts.needs.get(path)
  const state = configurationState(file, plan, facts)
  const { length } = affectedRequests(plan.effects)
  const changes = counted(length, 'request changes', 'requests change')
  const installed =
    plan.effects.length === 0
      ? 'no request changes'
      : 'no request changes; rights and guard do, listed below'
  const effects = { markdown: length === 0 ? installed : `${changes}, listed below` }
  const word = { added: mark`adds`, changed: mark`changes`, removed: mark`removes` }[change]
  return tableRow([
    stateMarkdown(state),
    change === 'removed' ? code(path) : fileLink(path, { links: facts.links, commit: facts.head }),
    state === 'ready'
      ? mark`**${word} configuration**: ${effects}`
      : mark`**${word} configuration**: ${effects}; merged now, it stops every issue`,
    isHeld(plan) ? mark`the problems above solved; ${needMarkdown(need)}` : needMarkdown(need),
    mark`–`,
  ])
}

function needsOf(step: Step, plan: Plan, facts: CommentFacts): Markdown {
  if (step.kind === 'keep')
    return mark`nothing now; the next renewal needs an approval of these bytes`
  if (step.kind !== 'blocked') {
    const need = needMarkdown(needOf(step, facts))
    return isHeld(plan) ? mark`the problems above solved; ${need}` : need
  }
  return mark`${problemCountMarkdown(step.problems.length)}, below`
}

function onMerge(step: Step, facts: CommentFacts): Markdown {
  switch (step.kind) {
    case 'issue':
      return mark`**issue** ${certificateWords(step)}, ${into(step.request, facts)}`
    case 'renew':
      return mark`**renew** ${certificateWords(step)}, ${into(step.request, facts)}`
    case 'reissue':
      return mark`**reissue** for ${holder(step.request)} on ${step.request.cluster}: ${changesWords(step.changes)}`
    case 'keep':
      return mark`nothing: the file changed, but the effective request did not`
    case 'withdraw':
      return withdrawal(step)
    case 'blocked':
      return mark`nothing`
  }
}

/** A certificate: for which name, in which groups, on which cluster, for how long. */
function certificateWords(step: IssuingFacts): Markdown {
  const { request } = step
  const { cluster } = request
  const duration = { markdown: formatDuration(askedSeconds(step)) }
  const what = mark`a ${purposeWords(request)} certificate for ${holder(request)} on ${cluster}, ${duration}`
  return mark`${what}${rolesOf(request)}`
}

/** What the identity may do, by the names of the roles. */
function rolesOf({ access }: EffectiveRequest): Markdown {
  const roles = codes(rolesInPlaces(access).map(roleInPlaceText), MOST_ROLES, SHORT)
  return roles.length === 0 ? NOTHING : mark`, with ${listMarkdown(roles)}`
}

function purposeWords(request: EffectiveRequest): Markdown {
  const kind = purpose(request)
  return kind === 'client' || kind === 'server' ? { markdown: kind } : code(kind, SHORT)
}

function holder({ subject, sans, name }: EffectiveRequest): Markdown {
  const commonNames = attributeValues(subject, ATTRIBUTE_OIDS.CN)
  const groups = attributeValues(subject, ATTRIBUTE_OIDS.O)
  const names = commonNames.length > 0 ? commonNames : sans.map(formatSan)
  const who = few(names.length > 0 ? names : [name], MOST_NAMES)
  return groups.length === 0 ? who : mark`${who} (${few(groups, MOST_NAMES)})`
}

function few(names: readonly string[], most: number): Markdown {
  return joinMarkdown(codes(names, most, SHORT), ', ')
}

function into({ sinks, key }: EffectiveRequest, { hasCertificates }: CommentFacts): Markdown {
  if (sinks.length === 0) return hasCertificates ? mark`into a comment here` : mark`into no place`
  const all = listMarkdown(codes(sinks.map(sinkWords), MOST_SINKS))
  return key.kind === 'own' ? mark`without a key into ${all}` : mark`into ${all}`
}

export function changesWords(changes: readonly Change[]): Markdown {
  if (changes.length === 0) return mark`the effective request changed`
  const shown = changes
    .slice(0, MOST_CHANGES)
    .map(({ member, from, to }) => mark`${member} ${code(from, SHORT)} → ${code(to, SHORT)}`)
  const rest = changes.length - shown.length
  return joinMarkdown(rest > 0 ? [...shown, mark`${rest} more changes`] : shown, '; ')
}

function withdrawal({ because, sinks, cluster }: WithdrawStep): Markdown {
  const when =
    because === 'FileRemoved'
      ? mark`by the first apply after the certificate expires; until then it works`
      : mark`at once`
  const what = few(sinks.map(sinkWords), MOST_SINKS)
  return sinks.length === 0
    ? mark`**withdraw** on ${cluster}: no more renewals`
    : mark`**withdraw** on ${cluster}: no more renewals; ${what} deleted ${when}`
}
