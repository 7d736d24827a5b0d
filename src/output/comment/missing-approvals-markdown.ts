// Missing approvals of a step in one sentence that names people: how many from whom, and the state of each given one.
import type { ApprovalNeed } from '../../domain/proof/step-need.ts'
import { isMet } from '../../domain/proof/step-need.ts'
import { joinMarkdown, listMarkdown, mark, prose } from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { counted } from '../terminal/plural-words.ts'

/** For a step that could be applied if it were approved. */
export function needMarkdown(need: ApprovalNeed | undefined): Markdown {
  if (need === undefined) return mark`an approval; the present approvals could not be read`
  const parts = [
    isMet(need) ? mark`nothing; approved by ${approvers(need)}` : stillNeeded(need),
    ...need.asking.map(login => mark`${login} requested changes`),
    ...need.lost.map(({ login, text }) => mark`the approval of ${login} ${prose(text)}`),
    ...(isMet(need) ? [] : need.more.map(why => mark`one more than usual, since ${prose(why)}`)),
  ]
  return joinMarkdown(parts, '; ')
}

function stillNeeded(need: ApprovalNeed): Markdown {
  const missing = Math.max(1, need.required) - need.counted.length
  if (missing <= 0) return mark`approved by ${approvers(need)}`
  const whom = mark`of ${whoMayApprove(need)}, by ${prose(need.rule)}`
  const isFirst = need.counted.length === 0
  const many = { markdown: counted(missing, isFirst ? 'approval' : 'more approval') }
  if (isFirst) return mark`${many} ${whom}`
  return mark`${many} ${whom} (has ${need.counted.length} of ${need.required}: ${approvers(need)})`
}

/** The people whose approval counts: `owner or acme/platform`. */
export function whoMayApprove({ users, teams, codeOwners }: ApprovalNeed): Markdown {
  const owners = codeOwners ?? []
  const named = [
    ...[...users, ...teams].map(name => mark`${name}`),
    ...(codeOwners === null || owners.length > 0 ? [] : [mark`a code owner (the file has none)`]),
    ...(owners.length > 0
      ? [
          mark`a code owner (${joinMarkdown(
            owners.map(owner => mark`${owner}`),
            ', ',
          )})`,
        ]
      : []),
  ]
  return named.length === 0
    ? mark`a person with write access who did not contribute to the file`
    : listMarkdown(named, 'or')
}

function approvers({ counted }: ApprovalNeed): Markdown {
  return listMarkdown(counted.map(({ login }) => mark`${login}`))
}
