// The plan of bootstrap for a person: one line for each step, grouped by place, the verdict last.
import type { SetupStep } from '../../domain/cluster/setup-step.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Paint } from './terminal-colours.ts'

/** Each state, in the order of the verdict: its mark and colour, and the words that count it. */
const STATES = {
  create: { mark: '+', tone: 'good', words: 'to create' },
  change: { mark: '±', tone: 'good', words: 'to change' },
  delete: { mark: '−', tone: 'good', words: 'to delete' },
  blocked: { mark: '✗', tone: 'bad', words: 'blocked' },
  unchanged: { mark: '=', tone: 'dim', words: 'unchanged' },
} as const

/** `titles`: the name of the cluster and of the repository. */
export function setupText(
  steps: readonly SetupStep[],
  titles: Readonly<Record<SetupStep['where'], string>>,
  paint: Paint,
): string {
  const blocks = (['cluster', 'repository'] as const).flatMap(where => {
    const here = steps.filter(step => step.where === where)
    if (here.length === 0) return []
    // Of blocked steps in a row with one reason, the last one has it.
    const isSaid = ({ state, details }: SetupStep, next?: SetupStep): boolean =>
      state === 'blocked' && next?.details.join('\n') === details.join('\n')
    const lines = here.map((step, at) =>
      stepText(isSaid(step, here[at + 1]) ? { ...step, details: [] } : step, paint),
    )
    const title = visible(titles[where])
    return [[paint.strong(title), ...lines, ...commandLines(here, title)].join('\n')]
  })
  return [...blocks, paint.strong(setupVerdict(steps))].join('\n\n')
}

/** `7 to create, 2 unchanged`; `nothing to do` if everything is unchanged. */
export function setupVerdict(steps: readonly SetupStep[]): string {
  const count = (state: string): number => steps.filter(step => step.state === state).length
  if (count('unchanged') === steps.length) return `nothing to do: ${steps.length} unchanged`
  return Object.entries(STATES)
    .flatMap(([state, { words }]) => (count(state) === 0 ? [] : [`${count(state)} ${words}`]))
    .join(', ')
}

function stepText({ state, what, details }: SetupStep, paint: Paint): string {
  const { mark, tone } = STATES[state]
  const lines = details.map(detail => `      ${visible(detail)}`)
  return [`  ${paint[tone](`${mark} ${visible(what)}`)}`, ...lines].join('\n')
}

/** What a person with more rights has to run, each command once. */
function commandLines(steps: readonly SetupStep[], title: string): readonly string[] {
  const commands = [...new Set(steps.flatMap(({ command }) => command ?? []))]
  if (commands.length === 0) return []
  const head = `  left for an administrator of ${title}, with their login in place of this one:`
  const lines = commands.flatMap(command => command.split('\n'))
  return ['', head, ...lines.map(line => `    ${visible(line)}`)]
}
