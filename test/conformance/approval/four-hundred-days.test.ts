// A repository after 400 days: issued certificates that were edited, from forks that are gone, with reviewers and owners who left.
import { expect, test } from '@jest/globals'
import { DirectRepository, SEES_ALL } from '../../build/direct-repository.ts'
import { extent } from '../../build/extent.ts'
import { readDeed, readGiven } from '../../build/history/read-history.ts'
import { Rehearsal } from '../../build/history/rehearsal.ts'
import { CONFIG_PATH } from '../../build/history/usual-files.ts'
import { isToDo } from '../../../src/workflows/prove/review-stages.ts'

const CERTIFICATES = extent(200, 10)
const EDITS = 3
/** Long enough that the diff of an edit at the top does not show the whole file. */
const LINES = 20

/** Each method of the port that was called, with the number of calls. */
function counting(repository: DirectRepository): ReadonlyMap<string, number> {
  const calls = new Map<string, number>()
  for (const name of [
    'listings',
    'ancestry',
    'pullRequestsOf',
    'pullRequests',
    'comparisons',
  ] as const) {
    const method: (...given: never[]) => unknown = repository[name].bind(repository)
    Object.assign(repository, {
      [name]: (...given: never[]) => {
        const [asked] = given as readonly unknown[]
        const size = Array.isArray(asked) ? asked.length : 1
        calls.set(name, (calls.get(name) ?? 0) + 1)
        calls.set(`${name}, items`, (calls.get(`${name}, items`) ?? 0) + size)
        return method(...given)
      },
    })
  }
  return calls
}

test('a run after 400 days proves each certificate that the rule allows, and refuses none of them', async () => {
  const gone: string[] = []
  const reach = ({ world, repository }: Rehearsal['stage']) =>
    new DirectRepository(world, repository, {
      ...SEES_ALL,
      ...Object.fromEntries(gone.map(what => [what, true])),
    })
  const configuration = { required: 1, users: ['owner', 'maintainer'] }
  const given = {
    visibility: 'public',
    files: { [CONFIG_PATH]: { approval: { configuration }, limits: { maxRenew: 1000 } } },
  }
  const rehearsal = new Rehearsal(readGiven(given), reach)
  const play = async (raw: unknown): Promise<void> => void (await rehearsal.play(readDeed(raw)))
  let pull = 0
  const merged = async (path: string, edit: number): Promise<void> => {
    pull += 1
    const name = /([^/]+)\.yaml$/.exec(path)?.[1] ?? ''
    // The first version comes from a fork.
    const branch = edit === 0 ? `stranger:${name}` : `${name}-${edit}`
    const by = edit === 0 ? 'stranger' : 'author'
    const content = { top: `edit ${edit}`, lines: LINES, duration: '720h' }
    await play({ [`${by} pushes to ${branch}`]: { [path]: content } })
    await play(`${by} opens PR${pull} from ${branch}`)
    // Reviewers of the first versions leave later.
    for (const reviewer of edit === 0 ? ['reviewer', 'maintainer'] : ['colleague', 'owner'])
      await play(`${reviewer} approves PR${pull}`)
    await play(`owner merges PR${pull} (squash)`)
  }
  const paths = Array.from({ length: CERTIFICATES }, (_, n) => `requests/people/p${n}.yaml`)
  for (let edit = 0; edit <= EDITS; edit++) {
    for (const path of paths) await merged(path, edit)
    await rehearsal.issue()
  }
  await play('the fork of stranger is deleted')
  await play('reviewer gets the right none')
  await play('maintainer gets the right none')
  gone.push('runs', 'moves')
  // Certificates of 30 days, due three days before they end.
  for (let month = 0; month < 13; month++) {
    await play('28 days pass')
    await rehearsal.issue()
  }
  await play('28 days pass')
  const repository = reach(rehearsal.stage)
  const calls = counting(repository)
  const reviewed = await rehearsal.countersign.review(repository, rehearsal.stage.tip('main'))
  if (!reviewed.ok) throw new Error(reviewed.problems.map(({ message }) => message).join('\n'))
  const { approved, refused, plan } = reviewed.value
  process.stderr.write(`${JSON.stringify(Object.fromEntries(calls))}\n`)
  expect(refused.map(({ problems }) => problems[0].message)).toEqual([])
  expect(plan.steps.filter(isToDo)).toHaveLength(CERTIFICATES)
  expect(approved).toHaveLength(CERTIFICATES)
  // One question for each link: its pull request, and its diff where it is not shown whole.
  const links = CERTIFICATES * (EDITS + 1)
  expect(calls.get('pullRequests, items')).toBeLessThanOrEqual(links + 1)
  expect(calls.get('comparisons, items')).toBeLessThanOrEqual(links)
})
