// A plan on its pull request: the one comment that is rewritten, and the job summary. Comments are only written. The files decide,
// and no code reads an approval from a comment.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Effect, Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { VERSION } from '../../domain/version.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { FEW } from '../terminal/row-groups.ts'
import { counted, sinkWords } from '../terminal/plural-words.ts'
import {
  code,
  firstOf,
  joinMarkdown,
  listMarkdown,
  mark,
  NOTHING,
  onCluster,
  prose,
  tableHead,
  tableRow,
} from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { blocks, COMMENT, fitPage, rows } from './comment-size-limit.ts'
import type { Page, PageLimit, Block } from './comment-size-limit.ts'
import { commitLink, filesLink, runLink } from './page-links.ts'
import type { PageLinks } from './page-links.ts'
import { planDetails } from './plan-details.ts'
import { changesWords, configurationRow, oncePerText, PLAN_HEAD, planRows } from './plan-rows.ts'
import { commentVerdict, stepState, STATES } from './step-states.ts'
import type { CommentFacts } from './step-states.ts'
import { problemCountMarkdown, problemList, problemsSection } from './problem-markdown.ts'

export type { CommentFacts } from './step-states.ts'

/** Every comment of countersign on a pull request begins with this. There is one, which the outcome takes over from the plan. */
export const OWN_COMMENT = '<!-- countersign:'
/** First line of the comment while it shows a plan. */
export const PLAN_MARKER = `${OWN_COMMENT}plan -->`

/** The sticky comment: at most 60,000 characters. `isWhole` is false if a part was left out, and the comment says so. */
export function planComment(plan: Plan, facts: CommentFacts): Page {
  return planPage(plan, facts, { above: { markdown: PLAN_MARKER }, below: NOTHING, limit: COMMENT })
}

/** The comment if no plan could be made. */
export function problemComment(
  problems: readonly Problem[],
  { head, links }: Pick<CommentFacts, 'head' | 'links'>,
): Page {
  const verdict = mark`### countersign: refused, ${problemCountMarkdown(problems.length)}: nothing could be planned`
  const top = joinMarkdown([{ markdown: PLAN_MARKER }, verdict], '\n')
  return fitPage(() => top, [problemsSection(problems, 1)], footer(head, links), COMMENT)
}

/** The comment with a plan once its pull request is merged: the same plan under another first line. */
export function mergedComment(plan: string, commit: ObjectId, links: PageLinks | null): string {
  const title = mark`### countersign: merged as ${commitLink(commit, links)}, apply follows`
  return plan.replace(/^### countersign: .*$/m, () => title.markdown)
}

/** Text around the page. */
export interface PlanFrame {
  readonly above: Markdown
  readonly below: Markdown
  readonly limit: PageLimit
}

/** A page that is too long with links is made without them: the values decide, and links only help. */
export function planPage(plan: Plan, facts: CommentFacts, frame: PlanFrame): Page {
  const page = pageWith(plan, facts, frame)
  return page.isWhole ? page : pageWith(plan, { ...facts, links: null }, frame)
}

function pageWith(plan: Plan, facts: CommentFacts, { above, below, limit }: PlanFrame): Page {
  const shown = STATES.flatMap(state =>
    plan.steps.filter(step => isListed(step) && stepState(step, plan, facts) === state),
  )
  const details = planDetails(
    shown.filter(step => step.kind !== 'withdraw' && step.kind !== 'blocked'),
    facts,
  )
  const isSeen = details.every(({ isCut }) => isCut !== true)
  const verdict = mark`### countersign: ${phaseWords(facts)}${commentVerdict(plan, facts).words}`
  const top = (isWhole: boolean): Markdown =>
    joinMarkdown(
      [
        ...[above].filter(({ markdown }) => markdown !== ''),
        mark`${verdict}${isWhole && isSeen ? NOTHING : mark`\n\n${cutWords(shown.length)}`}`,
        planContext(plan, facts),
        ...phaseLine(facts),
      ],
      '\n',
    )
  const page = fitPage(top, sectionsOf(plan, shown, details, facts), bottom(facts, below), limit)
  return { text: page.text, isWhole: page.isWhole && isSeen }
}

function phaseWords({ phase }: CommentFacts): Markdown {
  return phase.kind === 'queued' ? mark`in the merge queue, ` : NOTHING
}

/** What is known of the merge queue, and who writes the outcome. */
function phaseLine({ phase, links, isPullMode }: CommentFacts): readonly Markdown[] {
  const lines: Markdown[] = []
  if (phase.kind === 'queued') {
    const run = runLink(links)
    const where = run === null ? NOTHING : mark` (${run})`
    const state = phase.isRefused ? mark`**refuses it**` : mark`accepts it`
    lines.push(
      mark`\nThe merge queue tries it as ${commitLink(phase.commit, links)}: countersign ${state}${where}.`,
    )
  }
  if (isPullMode)
    lines.push(
      mark`\nThe clusters are applied from inside: ${'countersign status'} shows what was issued, and a comment of its own if that apply may write here.`,
    )
  return lines
}

/** A file with the same bytes and the same effective request is only counted. */
function isListed(step: Step): boolean {
  return step.kind !== 'keep' || step.because === 'OnlyBytesChanged'
}

function cutWords(count: number): Markdown {
  return mark`**This plan of ${{ markdown: counted(count, 'request') }} is too long to be shown whole, so it cannot be approved as seen here.** Split the pull request, or read the rest with ${'countersign plan'}.`
}

function sectionsOf(
  plan: Plan,
  steps: readonly Step[],
  details: readonly Markdown[],
  facts: CommentFacts,
): readonly Block[] {
  const table = [
    ...facts.configuration.map(file => configurationRow(file, plan, facts)),
    ...planRows(steps, plan, facts),
  ]
  return [
    problemsSection(plan.problems, 0.15),
    rows(PLAN_HEAD, table, '# more rows', 0.4),
    blocks(blockedProblems(steps), 'problems of # more rows', 0.15),
    blocks(details, 'details of # more requests', 0.2),
    effectsSection(plan.effects),
  ]
}

function blockedProblems(steps: readonly Step[]): readonly Markdown[] {
  const texts = steps.flatMap(step => {
    if (step.kind !== 'blocked') return []
    const { name, cluster, problems } = step
    const head = mark`**${name}**${onCluster(cluster)} is refused:`
    return [{ name, text: problemList(head, problems) }]
  })
  return oncePerText(texts, steps.length > FEW)
}

/** Effects of a changed configuration or policy on existing requests. */
function effectsSection(effects: readonly Effect[]): Block {
  const title = mark`Once this change of the configuration or the policies is merged:`
  const head = tableHead(['request', 'today', 'then', 'why'])
  const above = mark`${title}\n\n${head}`
  return rows(above, effects.map(effectRow), '# more affected requests', 0.1)
}

function effectRow({ request, was, will, codes, reason, changes }: Effect): Markdown {
  const why = [
    ...(codes.length === 0 ? [] : [code(codes.join(', '))]),
    ...(reason === undefined ? [] : [prose(reason)]),
    ...(changes.length === 0 ? [] : [changesWords(changes)]),
  ]
  return tableRow([code(request), fate(was), fate(will), joinMarkdown(why, '; ')])
}

function fate(word: Effect['was']): Markdown {
  return word === 'refused' ? mark`**refused**` : { markdown: word }
}

function footer(head: ObjectId, links: PageLinks | null): Markdown {
  return mark`<sub>commit ${commitLink(head, links)} · an approval covers exactly these bytes · countersign ${{ markdown: VERSION }}</sub>`
}

function bottom({ head, links }: CommentFacts, below: Markdown): Markdown {
  const last = footer(head, links)
  return below.markdown === '' ? last : mark`${below}\n\n${last}`
}

// The second line of a plan: the requester and the names, the branch that was compared with, and what is only checked later.

const MOST = 3

function planContext(plan: Plan, facts: CommentFacts): Markdown {
  const steps = plan.steps.filter(({ kind }) => kind !== 'keep')
  const hasCluster = plan.steps.some(step => stepTarget(step).cluster !== null)
  const line = joinMarkdown(
    [
      whoAsks(steps, facts),
      ...(plan.basis === 'tree' ? [mark`compared with ${facts.base}`] : []),
      ...(hasCluster && plan.basis === 'tree' ? [mark`no cluster is contacted before apply`] : []),
      filesLink(facts.links),
    ].filter(({ markdown }) => markdown !== ''),
    ' · ',
  )
  const holders = steps.flatMap(newHolders)
  return holders.length === 0 ? line : joinMarkdown([line, ...holders.slice(0, MOST)], '\n\n')
}

function whoAsks(steps: readonly Step[], facts: CommentFacts): Markdown {
  const by = facts.author === null ? [] : [mark`asked by ${facts.author.login}`]
  return joinMarkdown([...by, ...forWhom(steps, facts)], ', ')
}

function forWhom(steps: readonly Step[], facts: CommentFacts): readonly Markdown[] {
  const names = [...new Set(steps.flatMap(commonNames))]
  const told = names.map(name => person(name, facts))
  return names.length === 0 ? [] : [mark`for ${listMarkdown(firstOf(told, MOST))}`]
}

function person(name: string, { author, people }: CommentFacts): Markdown {
  const holder = people.find(each => each.name === name)
  if (holder === undefined) return mark`${name}`
  return holder.id === author?.id ? mark`${name} (the author)` : mark`${name} (not the author)`
}

function commonNames(step: Step): readonly string[] {
  return 'request' in step ? attributeValues(step.request.subject, ATTRIBUTE_OIDS.CN) : []
}

/** Another sink means another key holder, so this comes first. */
function newHolders(step: Step): readonly Markdown[] {
  if (step.kind !== 'reissue' || !step.changes.some(({ member }) => member.startsWith('sinks')))
    return []
  const now = step.request.sinks.map(sink => code(sinkWords(sink))).slice(0, MOST)
  return [
    mark`**The certificate of ${step.request.name} gets another holder**: it goes to ${now.length === 0 ? mark`no sink` : listMarkdown(now)} from then on.`,
  ]
}
