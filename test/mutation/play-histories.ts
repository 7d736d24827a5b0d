// Plays histories of the approval proof in one process, as test/conformance/approval/histories.test.ts does. Standard input is JSON:
//   {"names": [...]}      the histories to play, in order. Prints the first that ends in another way, and exits with 1
//   {"names": [...], "places": [[file, line], ...]}      prints, for each place, the histories that reach this line; null for any
import { readFileSync } from 'node:fs'
import { reachedPlaces } from './reached-lines.mjs'

interface Asked {
  readonly names: readonly string[]
  readonly places?: readonly (readonly [string, number])[]
}

/** How a history ends in another way than it says. */
type Play = (name: string) => Promise<readonly string[]>

async function load(): Promise<Play> {
  const { HISTORIES, readHistories } = await import('../build/history/read-history.ts')
  const { rehearse } = await import('../build/history/rehearsal.ts')
  return async name => {
    const [history] = readHistories(HISTORIES, [name])
    return history === undefined ? [] : rehearse(history)
  }
}

const { names, places }: Asked = JSON.parse(readFileSync(0, 'utf8'))
if (places === undefined) {
  const play = await load()
  for (const name of names) {
    const differences = await play(name).catch((error: unknown) => [String(error)])
    if (differences.length > 0) {
      process.stdout.write(`${name}\n`)
      process.exit(1)
    }
  }
} else process.stdout.write(JSON.stringify(await reachedPlaces(names, places, load)))
