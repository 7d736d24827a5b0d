// The calls of apply in code review as requests and pull requests become more: the formula of docs/performance.md. RUNS=1000 measures 1,000
// requests from 40 pull requests too, which takes minutes.
import { expect, test } from '@jest/globals'
import { acmeWith, apply } from '../../build/counted-apply.ts'
import { ASKED_RUNS } from '../../build/extent.ts'

const REQUESTS_OF_ONE_PULL = 25
/** Up to this number, a run at 20 certificates a second ends before its proofs are too old. */
const MOST_WITHOUT_SECOND_PROOF = 600

interface Counts {
  readonly rest: number
  readonly graphql: number
  readonly cluster: number
}

/** The calls of one list after its first page. */
const morePages = (items: number, ofPage: number): number => Math.ceil(items / ofPage) - 1

/** The calls of a run that issues every request, and those of the next run. */
async function callsOf(
  requests: number,
  pulls: number,
): Promise<{ readonly first: Counts; readonly next: Counts }> {
  const { acme, own } = await acmeWith(pulls, requests)
  const counted = async (issued: number): Promise<Counts> => {
    acme.github.forget()
    const begun = own.cluster.log.length
    expect(await apply(acme)).toBe(issued)
    return { ...acme.github.calls(), cluster: own.cluster.log.length - begun }
  }
  try {
    const [first, next] = [await counted(requests), await counted(0)]
    const figures = JSON.stringify({ requests, pulls, first, next })
    if (ASKED_RUNS !== null) process.stderr.write(`${figures}\n`)
    return { first, next }
  } finally {
    expect(await acme.end()).toEqual([])
    await own.end()
  }
}

test.each([
  [20, 5],
  [60, 10],
  ...(ASKED_RUNS === null
    ? []
    : [[ASKED_RUNS, Math.ceil(ASKED_RUNS / REQUESTS_OF_ONE_PULL)] as const]),
])(
  'apply of %i requests from %i pull requests takes as many calls as docs/performance.md computes',
  async (requests, pulls) => {
    const { first, next } = await callsOf(requests, pulls)
    // A claim, reads, writes and the check of each certificate; 16 looks of the steps that run at once, and 12 calls of the run, one of them for
    // the guard of writes.
    const [pages, recordPages] = [morePages(requests, 100), morePages(requests, 500)]
    expect(first.cluster).toBe(28 + 10 * requests + pages + recordPages)
    // The next run reads each Secret, and the CA of the signer to compare them with. It lists the records again.
    expect(next.cluster).toBe(6 + requests + pages + 2 * recordPages)
    expect(next.rest + next.graphql).toBeLessThanOrEqual(12 + requests / 60)
    if (requests > MOST_WITHOUT_SECOND_PROOF) return
    // Each pull request: its pushes, its diff and its comment.
    expect(first.rest).toBe(3 + 3 * pulls)
    expect(first.graphql).toBeLessThanOrEqual(18 + pulls / 4 + requests / 100)
  },
)
