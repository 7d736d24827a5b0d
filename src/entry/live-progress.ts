// The progress of requests at a terminal: one line each, with the seconds since its last change. Above 20 requests, the first line
// counts those that are done and estimates the time left.
import { stepTarget } from '../domain/cluster/plan-step.ts'
import { visible } from '../lib/source/hidden-characters.ts'
import { isNotStarted, outcomeLine, outcomeWord } from '../output/terminal/outcome-text.ts'
import { span } from '../output/terminal/plural-words.ts'
import { FEW } from '../output/terminal/row-groups.ts'
import type { Progress } from '../ports/progress.ts'
import type { Context } from './command-context.ts'

const SECOND_MS = 1000
/** The key of the count; that of a request has a slash. */
const COUNT = 'count'

/** Lines are shown on a terminal only. With --verbose each outcome is printed, too. */
export function progressOn({
  terminal,
  options,
}: Pick<Context, 'terminal'> & {
  readonly options: Pick<Context['options'], 'verbose'>
}): Progress {
  const lines = new Map<string, { readonly text: string; seconds: number }>()
  let timer: NodeJS.Timeout | null = null
  let [total, finished, seconds] = [0, 0, 0]
  let isCounted = false
  const count = (): void => {
    if (!isCounted) return
    if (finished >= total) return terminal.settle(COUNT)
    const left = Math.ceil((seconds / finished) * (total - finished))
    const about = finished === 0 || seconds === 0 ? '' : `, about ${span(left)} left`
    terminal.live(COUNT, `  ${finished} of ${total} done${about}`)
  }
  const tick = (): void => {
    seconds++
    count()
    for (const [key, line] of lines) terminal.live(key, `${line.text} (${++line.seconds} s)`)
  }
  return {
    begin: requests => {
      ;[total, finished, seconds] = [requests, 0, 0]
      isCounted = total > FEW
      count()
    },
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
      // After an interruption, those that were not started are not done.
      if (isNotStarted(outcome)) total--
      else finished++
      count()
      if (lines.size === 0 && finished >= total && timer !== null) {
        clearInterval(timer)
        timer = null
      }
      if (options.verbose && !isNotStarted(outcome))
        terminal.talk(`  ${visible(name)} ${outcomeWord(outcome)} ${outcomeLine(outcome)}`)
    },
  }
}
