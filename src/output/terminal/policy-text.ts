// The verdict of the policies on a request, as a tree for a person, and the results of policy tests.
import type { Explanation, Verdict } from '../../domain/request/policy.ts'
import type { Problem } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Paint } from './terminal-colours.ts'

export interface Explained {
  readonly name: string
  readonly cluster: string
  readonly verdict: Verdict
  /** Refusals by the built-in rules, Kubernetes and its signers, which no policy overrides. */
  readonly above: readonly Problem[]
}

export function explainedText({ name, cluster, verdict, above }: Explained, paint: Paint): string {
  const isAllowed = verdict.decision === 'allowed' && above.length === 0
  const word = isAllowed
    ? paint.good('allowed')
    : paint.bad(verdict.decision === 'undecided' ? 'could not be decided' : 'denied')
  const by =
    verdict.decision === 'allowed' && isAllowed
      ? ` by ${verdict.policies.map(policy => policy.name).join(', ')}`
      : ''
  const roles = verdict.decision === 'allowed' ? verdict.fixedRoles.join(', ') : ''
  const fixed = roles === '' ? '' : `; roleChanges: refuse for ${roles}`
  const rows = [
    ...(above.length === 0
      ? []
      : [
          {
            title: `${paint.bad('✗')} built-in rules and rules of Kubernetes`,
            lines: above.map(line),
          },
        ]),
    ...verdict.explanations.map(explanation => branch(explanation, paint)),
  ]
  const tree = rows.flatMap(({ title, lines }, index) => {
    const isLast = index === rows.length - 1
    return [
      `${isLast ? '└' : '├'} ${title}`,
      ...lines.map(text => `${isLast ? ' ' : '│'}   ${text}`),
    ]
  })
  return [
    `${paint.strong(visible(name))} on ${visible(cluster)}: ${word}${by}${fixed}`,
    ...tree,
  ].join('\n')
}

function branch(
  explanation: Explanation,
  paint: Paint,
): { title: string; lines: readonly string[] } {
  const policy = visible(explanation.policy)
  switch (explanation.result) {
    case 'allowed':
      return { title: `${paint.good('✓')} ${policy} allows it`, lines: [] }
    case 'notApplicable':
      return {
        title: `${paint.dim('·')} ${policy} does not apply: ${visible(explanation.reason)}`,
        lines: [],
      }
    case 'denied':
      return {
        title: `${paint.bad('✗')} ${policy} denies it`,
        lines: explanation.problems.map(line),
      }
    case 'undecided':
      return {
        title: `${paint.warn('?')} ${policy} cannot decide`,
        lines: explanation.problems.map(line),
      }
  }
}

function line({ at, code, message, hint }: Problem): string {
  const place = at === null ? '' : `${visible(at.file)}:${at.line}:${at.column}  `
  return `${place}${code}  ${visible(message)}${hint === null ? '' : ` (${visible(hint)})`}`
}
