// The progress of requests at a terminal: one line each, with the seconds since its last change.
import { stepTarget } from '../domain/cluster/plan-step.ts'
import { visible } from '../lib/source/hidden-characters.ts'
import { isNotStarted, outcomeLine, outcomeWord } from '../output/terminal/outcome-text.ts'
import type { Progress } from '../ports/progress.ts'
import type { Context } from './command-context.ts'

const SECOND_MS = 1000

/** Lines are shown on a terminal only. With --verbose each outcome is printed, too. */
export function progressOn({
  terminal,
  options,
}: Pick<Context, 'terminal'> & {
  readonly options: Pick<Context['options'], 'verbose'>
}): Progress {
  const lines = new Map<string, { readonly text: string; seconds: number }>()
  let timer: NodeJS.Timeout | null = null
  const tick = (): void => {
    for (const [key, line] of lines) terminal.live(key, `${line.text} (${++line.seconds} s)`)
  }
  return {
    step: ({ name, cluster, signerName }, state) => {
      const waits = state === 'approved' ? `, waiting for the signer ${visible(signerName)}` : ''
      const text = `  … ${visible(name)}  ${state}${waits}`
      lines.set(`${cluster}/${name}`, { text, seconds: 0 })
      terminal.live(`${cluster}/${name}`, text)
      timer ??= setInterval(tick, SECOND_MS).unref()
    },
    done: outcome => {
      const { name, cluster } = stepTarget(outcome.step)
      lines.delete(`${cluster ?? ''}/${name}`)
      terminal.settle(`${cluster ?? ''}/${name}`)
      if (lines.size === 0 && timer !== null) {
        clearInterval(timer)
        timer = null
      }
      if (options.verbose && !isNotStarted(outcome))
        terminal.talk(`  ${visible(name)} ${outcomeWord(outcome)} ${outcomeLine(outcome)}`)
    },
  }
}
