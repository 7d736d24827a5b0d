// A line for work that takes more than a second, with the seconds so far. Only a terminal shows it.
import { visible } from '../lib/source/hidden-characters.ts'
import type { Context } from './command-context.ts'

const SECOND_MS = 1000

/** Does the work, and shows `text` with its seconds while it goes on. Throws what the work throws. */
export async function whileShown<T>(
  { terminal, clusters }: Pick<Context, 'terminal' | 'clusters'>,
  text: string,
  work: () => Promise<T>,
): Promise<T> {
  let seconds = 0
  const timer = setInterval(() => {
    const silent = [...clusters.waiting].map(
      ([name, attempt]) => `; ${visible(name)} does not answer yet, attempt ${attempt}`,
    )
    terminal.live(text, `  … ${text}${silent.join('')} (${++seconds} s)`)
  }, SECOND_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    terminal.settle(text)
  }
}
