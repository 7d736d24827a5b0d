// A line for work that takes more than a second, with the seconds so far. Only a terminal shows it.
import type { Context } from './command-context.ts'

const SECOND_MS = 1000

/** Does the work, and shows `text` with its seconds while it goes on. Throws what the work throws. */
export async function whileShown<T>(
  { terminal }: Pick<Context, 'terminal'>,
  text: string,
  work: () => Promise<T>,
): Promise<T> {
  let seconds = 0
  const timer = setInterval(() => terminal.live(text, `  … ${text} (${++seconds} s)`), SECOND_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    terminal.settle(text)
  }
}
