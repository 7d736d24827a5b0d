// From the event of a pull request to its comment: the action in dist, with answers of GitHub that cost it nothing.
import { Acme, configuration } from '../build/github-run.ts'
import { nowhere } from '../build/place.ts'
import { requestText } from '../build/request-text.ts'
import { progress } from './bench-cluster.ts'
import type { Extent } from './options.ts'
import { requestNames } from './participants/participant.ts'
import { replayed } from './replayed.ts'
import type { PullRequestSize } from './report.ts'

/** GitHub shows no more files of a pull request. The plan of a larger one says that no review can approve it. */
const MOST_FILES = 300
const PLACE = nowhere()
const CONFIG = configuration(PLACE)

export async function measurePullRequests({
  rounds,
  sizes,
}: Extent & { readonly sizes: readonly number[] }): Promise<readonly PullRequestSize[]> {
  const found: PullRequestSize[] = []
  for (const requests of sizes) found.push(await measure(requests, rounds))
  return found
}

async function measure(requests: number, rounds: number): Promise<PullRequestSize> {
  const more = { files: { 'countersign.yaml': { ...CONFIG, limits: { maxIssue: requests } } } }
  const acme = await Acme.open(PLACE, more)
  const files = requestNames('p', requests).map(name => [
    `requests/people/${name}.yaml`,
    requestText({ name }),
  ])
  acme.proposes(1, Object.fromEntries(files))
  const github = await replayed(acme.url)
  try {
    const seconds: number[] = []
    // Round 0 fills the caches of the disk and of the replayed GitHub.
    for (let round = 0; round <= rounds; round++) {
      const started = performance.now()
      const { code, stdout } = await acme.plan(1, { env: { GITHUB_API_URL: github.url } })
      const took = (performance.now() - started) / 1000
      if (code !== (requests > MOST_FILES ? 1 : 0))
        throw new Error(`the plan ended with ${code}:\n${stdout}`)
      progress(`pull request with ${requests} requests, round ${round}: ${took.toFixed(2)} s`)
      if (round > 0) seconds.push(took)
    }
    const [comment] = acme.comments(1)
    if (comment?.body.includes(`${requests}`) !== true) throw new Error('there is no comment')
    return { requests, seconds }
  } finally {
    await github.stop()
    await acme.end()
  }
}
