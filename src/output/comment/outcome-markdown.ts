// Outcomes of a run, in words and as rows of a table.
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import { VERSION } from '../../domain/version.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { code, joinMarkdown, mark, NOTHING, tableHead, tableRow, codes } from './safe-markdown.ts'
import { commitLink, runLink } from './page-links.ts'
import type { PageLinks } from './page-links.ts'
import type { Markdown } from './safe-markdown.ts'
import { rows } from './comment-size-limit.ts'
import type { Block } from './comment-size-limit.ts'
import { outcomeWord } from '../terminal/outcome-text.ts'
import { roleRuleLines } from '../terminal/role-rules-text.ts'
import { counted, minute } from '../terminal/plural-words.ts'

const WORDS = ['issued', 'reissued', 'renewed', 'withdrawn', 'waiting', 'refused', 'failed']
const MOST_SINKS = 3

export const OUTCOME_HEAD: Markdown = tableHead(['', 'request', 'on', 'what'])

/** `1 issued, 1 waits, 1 failed`. Unchanged requests are only counted if there are no others. */
function outcomeStates(outcomes: readonly StepOutcome[]): Markdown {
  const told = WORDS.flatMap(word => {
    const count = outcomes.filter(outcome => outcomeWord(outcome) === word).length
    const words = word === 'waiting' ? (['waits', 'wait'] as const) : ([word, word] as const)
    return count === 0 ? [] : [counted(count, ...words)]
  })
  const rest =
    outcomes.length === 0 ? 'nothing to do' : `nothing to do, ${outcomes.length} unchanged`
  return { markdown: told.length === 0 ? rest : told.join(', ') }
}

/** The first line of a page of outcomes. `beside` counts what is not an outcome. */
export function outcomeVerdict(
  outcomes: readonly StepOutcome[],
  isWhole: boolean,
  beside = NOTHING,
): Markdown {
  return outcomeTitle(mark`${beside}${outcomeStates(outcomes)}`, isWhole)
}

export function outcomeTitle(states: Markdown, isWhole: boolean): Markdown {
  const verdict = mark`### countersign: ${states}`
  return isWhole
    ? verdict
    : mark`${verdict}\n\n**Not everything fits here; the log of the run has it all.**`
}

/** The last line of a page of outcomes. */
export function appliedFrom(commit: ObjectId, links: PageLinks | null = null): Markdown {
  const run = runLink(links)
  const by = run === null ? NOTHING : mark` · ${run}`
  return mark`<sub>applied from commit ${commitLink(commit, links)}${by} · countersign ${{ markdown: VERSION }}</sub>`
}

export function outcomeRow(outcome: StepOutcome): Markdown {
  const { name, cluster } = stepTarget(outcome.step)
  const where = cluster === null ? NOTHING : code(cluster)
  return tableRow([{ markdown: outcomeWord(outcome) }, code(name), where, what(outcome)])
}

function what(outcome: StepOutcome): Markdown {
  switch (outcome.kind) {
    case 'issued':
      return mark`until ${{ markdown: minute(outcome.notAfter) }}, SHA-256 ${outcome.sha256}${inSinks(outcome.stored)}`
    case 'withdrawn':
      return outcome.notAfter === null
        ? mark`deleted${inSinks(outcome.emptied)}`
        : mark`the certificate ${{ markdown: `${outcome.hasEnded ? 'ended at' : 'works until'} ${minute(outcome.notAfter)}` }}${inSinks(outcome.emptied)}`
    case 'kept':
      return mark`another run has just done it`
    case 'waiting':
      return mark`${outcome.problem.code}`
    case 'refused':
    case 'failed':
      return joinMarkdown(codes([...new Set(outcome.problems.map(each => each.code))]), ', ')
  }
}

function inSinks(sinks: readonly string[]): Markdown {
  const shown = codes(sinks, MOST_SINKS)
  return shown.length === 0 ? NOTHING : mark`, ${joinMarkdown(shown, ', ')}`
}

/** The rules of the ClusterRoles that a run granted. */
export function rolesSection(outcomes: readonly StepOutcome[]): Block {
  const items = roleRuleLines(outcomes).map(line => mark`- ${line}`)
  return rows(mark`Rules of the granted roles:`, items, '# more rules', 0.1)
}
