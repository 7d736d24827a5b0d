// SIGKILL before and after every write of a grant, a rotation, a withdrawal and a revocation: the next run ends whole, nothing is half
// granted, and the judge of the audit log never sees more access than approved.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { AccessJudge } from '../build/access-judge.ts'
import { BOTH, LESS, MOVED, startAccessSite } from '../build/access-site.ts'
import type { AccessSite, SiteAccess } from '../build/access-site.ts'
import { extent, rows } from '../build/extent.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { killPoints } from '../build/kill-points.ts'
import type { Ran } from '../build/reuse/run.ts'

/** Kill points of a short run, each with what it leaves to the next run. */
const SHORT: Readonly<Record<string, string>> = {
  first: 'before POST /rolebindings\\b 1',
  reduce: 'before DELETE /clusterrolebindings\\b 1',
  move: 'after POST /rolebindings\\b 1',
  withdraw: 'after DELETE /clusterrolebindings\\b 1',
  revoke: 'before DELETE /rolebindings\\b 1',
}
const SECRET = (name: string): string => `/api/v1/namespaces/apps/secrets/${name}-tls`

interface Scenario {
  readonly title: string
  /** What is approved after the change; null if nothing is. */
  readonly after: SiteAccess | null
  readonly isFirst?: true
  /** Runs before the change. */
  readonly before?: (site: AccessSite, name: string) => Promise<unknown>
  readonly change: (site: AccessSite, name: string) => unknown
  readonly isRevoke?: true
  /** The run is for all requests. */
  readonly isAll?: true
  readonly code?: number
}

const SCENARIOS: readonly Scenario[] = [
  // The first one, since its runs are for all requests, those of other scenarios included.
  {
    title: 'remove',
    after: null,
    change: ({ workshop }, name) => {
      workshop.remove(`requests/${name}.yaml`)
      workshop.commit()
    },
    isAll: true,
  },
  { title: 'first', after: BOTH, isFirst: true, change: (site, name) => site.ask(name, BOTH) },
  {
    title: 'renew',
    after: BOTH,
    change: (site, name) => site.admin.delete(SECRET(name)),
  },
  { title: 'reduce', after: LESS, change: (site, name) => site.ask(name, LESS) },
  { title: 'move', after: MOVED, change: (site, name) => site.ask(name, MOVED) },
  {
    title: 'withdraw',
    after: null,
    change: (site, name) => site.ask(name, BOTH, ['withdraw: true']),
  },
  { title: 'revoke', after: BOTH, change: () => undefined, isRevoke: true },
  {
    title: 'reissue-revoked',
    after: MOVED,
    before: (site, name) => site.revoke(name),
    change: (site, name) => site.ask(name, MOVED, ['reissue: 1']),
    code: 1,
  },
]

describe.each(GUARDED)('%s: access, killed', kind => {
  const isEveryPoint = kind === 'real kube-apiserver' || GUARDED.length === 1
  let site: AccessSite
  let judge: AccessJudge
  beforeAll(async () => {
    site = await startAccessSite(kind)
    judge = site.judge()
  })
  afterAll(() => site?.end())

  test.each(rows(SCENARIOS, ({ title }) => title in SHORT))(
    'a run that is killed at any write ends whole with the next one: $title',
    async scenario => {
      const { title, after, isFirst, before, change, isRevoke, isAll, code = 0 } = scenario
      const act = (name: string, killAt?: string): Promise<Ran> => {
        const options = killAt === undefined ? {} : { killAt }
        return isRevoke ? site.revoke(name, options) : site.apply(isAll ? [] : [name], options)
      }
      const issue = async (names: readonly string[]): Promise<void> => {
        if (isFirst) return
        for (const name of names) {
          site.ask(name, BOTH)
          judge.approve(name, BOTH.roles)
        }
        if (isAll) site.workshop.commit()
        expect(await site.apply(names)).toMatchObject({ code: 0, stderr: '' })
        for (const name of names) await before?.(site, name)
      }
      const approve = async (name: string): Promise<void> => {
        judge.replay(site.plane.audited())
        await change(site, name)
        judge.approve(name, after?.roles ?? [])
      }
      const check = (name: string, point = 'whole'): void => {
        judge.replay(site.plane.audited())
        judge.settle(name)
        if (isRevoke) judge.ended(name)
        expect({ point, faults: judge.faults.splice(0) }).toEqual({ point, faults: [] })
        // What a removed file asked for is read from git.
        site.workshop.commit()
        site.workshop.remove(`requests/${name}.yaml`)
      }
      /** Every write of a run that nobody kills. */
      const allPoints = async (): Promise<readonly string[]> => {
        const whole = `${title}-whole`
        await issue([whole])
        await approve(whole)
        const from = site.plane.writes().length
        expect({ title, ...(await act(whole)) }).toMatchObject({ title, code })
        check(whole)
        return killPoints(site.plane.writes().slice(from))
      }
      // A request without a file is not known by its name, so the run is for all requests, and one of them stays.
      if (isAll) await issue(['stays'])
      const all = extent(true, false) ? await allPoints() : [SHORT[title] ?? '']
      // Next to the real control plane, one of each is enough here.
      const one = SHORT[title] ?? all[0]
      const points = all.filter(point => isEveryPoint || point === one)
      expect(points).not.toEqual([])
      process.stdout.write(`${title}: ${points.length} points: ${points.join(', ')}\n`)
      const named = points.map((killAt, index) => ({ killAt, name: `${title}-${index}` }))
      await issue(named.map(({ name }) => name))
      for (const { killAt, name } of named) {
        await approve(name)
        const killed = await act(name, killAt)
        expect({ name, killAt, ...killed }).toMatchObject({ name, killAt, signal: 'SIGKILL' })
        const healed = await act(name)
        expect({ name, killAt, ...healed }).toMatchObject({ name, killAt, code })
        check(name, killAt)
      }
    },
  )
})
