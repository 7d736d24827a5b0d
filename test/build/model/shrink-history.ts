// Shrinks a failing history: steps are removed, largest runs first, while it still fails. Without the step that opens a pull request,
// the whole pull request is removed, and later numbers decrease.
import type { RawDeed, RawHistory } from './random-material.ts'

export async function shrunk(
  history: RawHistory,
  fails: (history: RawHistory) => Promise<boolean>,
): Promise<RawHistory> {
  let best = history
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = best.steps.length - size; from >= 0; from -= 1) {
      const smaller = { ...best, steps: without(best.steps, from, from + size) }
      if (await fails(smaller)) {
        best = smaller
        from = Math.min(from, best.steps.length - size + 1)
      }
    }
  }
  return best
}

function without(steps: readonly RawDeed[], from: number, to: number): readonly RawDeed[] {
  let rest = [...steps.slice(0, from), ...steps.slice(to)]
  const opened = steps
    .slice(from, to)
    .flatMap(deed => /opens PR(\d+)/.exec(sentenceOf(deed))?.[1] ?? [])
  for (const number of opened.map(Number).toSorted((a, b) => b - a))
    rest = withoutPull(rest, number)
  return rest
}

function withoutPull(steps: readonly RawDeed[], gone: number): RawDeed[] {
  return steps
    .filter(deed => !new RegExp(`PR${gone}\\b`).test(sentenceOf(deed)))
    .map(deed => {
      const sentence = sentenceOf(deed).replaceAll(/PR(\d+)/g, (_, digits: string) => {
        const number = Number(digits)
        return `PR${number > gone ? number - 1 : number}`
      })
      return typeof deed === 'string' ? sentence : { [sentence]: Object.values(deed)[0] }
    })
}

function sentenceOf(deed: RawDeed): string {
  return typeof deed === 'string' ? deed : (Object.keys(deed)[0] ?? '')
}
