// The table of permissions in docs/reference/action.md: what each is for, and what a run reports without it.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Permissions } from '../github-double/server/tokens.ts'
import { Acme, MAY_COMMENT, configuration } from '../build/github-run.ts'
import { NOTHING_STANDS, ownPlace, standingIn } from '../build/place.ts'

const JANE = 'requests/people/jane.yaml'
const PAGE = readFileSync(new URL('../../docs/reference/action.md', import.meta.url), 'utf8')
const lacking = (changes: Permissions): Permissions => ({ ...MAY_COMMENT, ...changes })

describe('permissions of a run', () => {
  let own: Awaited<ReturnType<typeof ownPlace>>
  let acme: Acme

  beforeAll(async () => {
    own = await ownPlace()
    acme = await Acme.open(own.place)
    acme.does('author pushes to add-jane', { [JANE]: 'usual' })
    acme.does('author opens PR1 from add-jane')
    acme.does('reviewer approves PR1')
  })
  afterAll(async () => {
    expect(await acme.end()).toEqual([])
    await own.end()
  })

  test.each(['contents: read', 'pull-requests: read'])(
    'a run without %s plans nothing and names the permission',
    async permission => {
      const name = permission.startsWith('contents') ? 'contents' : 'pull_requests'
      const ran = await acme.plan(1, { permissions: lacking({ [name]: 'none' }) })
      expect(ran.code).toBe(2)
      expect(ran.stdout).toContain(`GITHUB_FORBIDDEN`)
      expect(ran.stdout).toContain(`the token lacks ${permission}`)
      expect(row(permission)).toContain('`GITHUB_FORBIDDEN`')
    },
  )

  test('a run without pull-requests: write skips the comment and has its plan in the summary', async () => {
    const ran = await acme.plan(1, { permissions: lacking({ pull_requests: 'read' }) })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('the comment on #1 was left out')
    expect(ran.summary).toContain('jane')
    expect(acme.comments(1)).toEqual([])
    expect(row('pull-requests: write')).toContain('The job summary')
  })

  test('a run without actions: read plans and comments', async () => {
    const ran = await acme.plan(1, { permissions: lacking({ actions: 'none' }) })
    expect(ran.code).toBe(0)
    expect(acme.comments(1)).toHaveLength(1)
  })

  test('a run without pull-requests: read issues nothing', async () => {
    acme.does('author merges PR1 (squash)')
    const ran = await acme.apply({ permissions: lacking({ pull_requests: 'none' }) })
    expect(ran.code).toBe(2)
    expect(ran.stdout).toContain('GITHUB_FORBIDDEN')
    expect(await standingIn(own.place)).toEqual(NOTHING_STANDS)
  })

  test('a run without issues: write skips the notice, names the permission and issues', async () => {
    const ran = await acme.apply({ permissions: lacking({ issues: 'none' }) })
    expect(ran.stdout).toContain('the notice was left out')
    expect(ran.stdout).toMatch(/the token lacks issues: (read|write)/)
    expect(ran.code).toBe(0)
    expect(acme.issues()).toEqual([])
    expect(row('issues: write')).toContain('the notice was left out')
  })

  test('a run without id-token: write cannot log in by githubOidc', async () => {
    const { clusters, ...rest } = configuration(own.place)
    const prod = (clusters as { prod: object }).prod
    const auth = { githubOidc: { audience: 'prod' }, kubeconfig: null }
    const other = await Acme.open(own.place, {
      files: { 'countersign.yaml': { ...rest, clusters: { prod: { ...prod, auth } } } },
    })
    other.merges(1, { [JANE]: 'usual' })
    const ran = await other.apply()
    expect(ran.code).toBe(2)
    expect(ran.stdout).toContain('CONFIG_AUTH_UNSUPPORTED')
    expect(ran.stdout).toContain('id-token: write')
    expect(row('id-token: write')).toContain('`CONFIG_AUTH_UNSUPPORTED`')
    await other.end()
  })
})

/** The line about a permission. */
function row(permission: string): string {
  const found = PAGE.split('\n').find(line => line.startsWith(`| \`${permission}\``))
  if (found === undefined)
    throw new Error(`docs/reference/action.md has no line about ${permission}`)
  return found
}
