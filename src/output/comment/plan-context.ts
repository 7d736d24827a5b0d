// The second line of a plan: the requester and the names, the branch that was compared with, and what is only checked later.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import { valuesOf } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { code, firstOf, joined, listed, mark } from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import type { CommentFacts } from './step-states.ts'
import { sinkWords } from '../terminal/plural-words.ts'

const MOST = 3

export function planContext(plan: Plan, facts: CommentFacts): Markdown {
  const steps = plan.steps.filter(({ kind }) => kind !== 'keep')
  const hasCluster = plan.steps.some(step => stepTarget(step).cluster !== null)
  const line = joined(
    [
      whoAsks(steps, facts),
      ...(plan.basis === 'tree' ? [mark`compared with ${facts.base}`] : []),
      ...(hasCluster && plan.basis === 'tree' ? [mark`no cluster is contacted before apply`] : []),
    ].filter(({ markdown }) => markdown !== ''),
    ' · ',
  )
  const holders = steps.flatMap(newHolders)
  return holders.length === 0 ? line : joined([line, ...holders.slice(0, MOST)], '\n\n')
}

function whoAsks(steps: readonly Step[], facts: CommentFacts): Markdown {
  const by = facts.author === null ? [] : [mark`asked by ${facts.author.login}`]
  return joined([...by, ...forWhom(steps, facts)], ', ')
}

function forWhom(steps: readonly Step[], facts: CommentFacts): readonly Markdown[] {
  const names = unique(steps.flatMap(commonNames))
  const told = names.map(name => person(name, facts))
  return names.length === 0 ? [] : [mark`for ${listed(firstOf(told, MOST))}`]
}

function person(name: string, { author, people }: CommentFacts): Markdown {
  const holder = people.find(each => each.name === name)
  if (holder === undefined) return mark`${name}`
  return holder.id === author?.id ? mark`${name} (the author)` : mark`${name} (not the author)`
}

function commonNames(step: Step): readonly string[] {
  return 'request' in step ? valuesOf(step.request.subject, ATTRIBUTE_OIDS.CN) : []
}

/** Another sink means another key holder, so this comes first. */
function newHolders(step: Step): readonly Markdown[] {
  if (step.kind !== 'reissue' || !step.changes.some(({ member }) => member.startsWith('sinks')))
    return []
  const now = step.request.sinks.map(sink => code(sinkWords(sink))).slice(0, MOST)
  return [
    mark`**The certificate of ${step.request.name} gets another holder**: it goes to ${now.length === 0 ? mark`the artifacts of the run` : listed(now)} from then on.`,
  ]
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
}
