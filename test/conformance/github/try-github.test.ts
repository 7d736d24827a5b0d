// The script of examples/workflows/try-github.yml against the double: what it calls expected is what the adapters rely on.
import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { makeStage, serve } from '../../build/github-stage.ts'
import type { Client } from '../../build/github-stage.ts'
import { ROOT, textOf } from '../../build/documents.ts'

const { jobs } = parse(textOf('examples/workflows/try-github.yml'))
const [{ run: SCRIPT }] = jobs.try.steps
const folder = mkdtempSync(join(tmpdir(), 'countersign-try-github-'))
const stage = makeStage()
let client: Client

beforeAll(async () => {
  const { world, pull, repository, people } = stage
  const bot = world.addUser('github-actions[bot]', { type: 'Bot' })
  world.addCollaborator(repository, bot, 'write')
  world.comment(pull, bot, 'The plan')
  const commit = world.commit({
    repository,
    branch: 'main',
    files: { a: '1' },
    author: people.robot,
  })
  world.push({ actor: people.owner, repository, branch: 'main', commit })
  client = await serve(world)
  const permissions = { contents: 'read', pull_requests: 'read', actions: 'read' } as const
  client.server.tokens.set('job', { as: { app: 'github-actions' }, permissions })
  const gh = join(folder, 'gh')
  copyFileSync(join(ROOT, 'test/build/gh-stand-in.mjs'), gh)
  chmodSync(gh, 0o755)
})
afterAll(async () => {
  await client.server.stop()
  rmSync(folder, { recursive: true })
})

async function lines(more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const env = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    GH_TOKEN: 'job',
    GH_REPO: 'acme/certs',
    GITHUB_API_URL: client.url,
    ...more,
  }
  const { stdout } = await promisify(execFile)('bash', ['-e', '-c', SCRIPT], { cwd: folder, env })
  return stdout.trim().split('\n')
}

const isExpected = (line: string): boolean => line.startsWith('as expected: ')

// The script runs jq, which GitHub's runners have. Machines without it skip these tests.
const hasJq = (process.env['PATH'] ?? '').split(':').some(each => existsSync(join(each, 'jq')))
const describeWithJq = hasJq ? describe : describe.skip

describeWithJq('the workflow that tries GitHub', () => {
  test('the double answers as every line expects', async () => {
    const all = await lines()
    expect(all.filter(line => !isExpected(line))).toEqual([])
    expect(all.length).toBeGreaterThan(15)
    expect(client.server.unknownRoutes).toEqual([])
    expect(client.server.problems).toEqual([])
  })

  test('no line expects answers that say nothing', async () => {
    const damaged = await Promise.all(['nothing', 'null'].map(how => lines({ GH_DAMAGE: how })))
    const [nothing = [], nulls = []] = damaged.map(all => all.map(isExpected))
    expect(nothing).toHaveLength(nulls.length)
    expect(nothing.filter((expected, index) => expected && nulls[index])).toEqual([])
  })

  test('a token without rights gets lines that could not be tried, with the reason', async () => {
    client.server.tokens.set('none', { as: { app: 'github-actions' }, permissions: {} })
    const all = await lines({ GH_TOKEN: 'none' })
    const tried = all.filter(line => !line.startsWith('could not be tried: '))
    expect(tried).toEqual([
      'as expected: the rules of the default branch can be read',
      'as expected: a ruleset hides from this token who may bypass it',
      'as expected: a job may ask 1,000 points of GraphQL an hour',
      'as expected: a job may not read the secrets of an environment',
      'as expected: the token of a job is not a person',
    ])
    expect(all[0]).toMatch(/ \(gh: Resource not accessible by integration \(HTTP 403\)\)$/)
  })
})
