// Artifacts by GitHub's own client, against a service that is no client's of ours: what arrives, what is replaced, what is said.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { artifactsOfRun } from '../../../src/adapters/github/write/artifact-upload.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import type { Artifacts } from '../../../src/ports/artifacts.ts'
import type { Clock } from '../../../src/ports/clock-port.ts'
import { ArtifactService } from '../../github-double/artifacts/artifact-service.ts'
import { failureOf, quickClock } from '../../build/connected.ts'
import { unzipped } from '../../build/unzipped.ts'

const RUN = 77
const NAMES = ['ACTIONS_RESULTS_URL', 'ACTIONS_RUNTIME_TOKEN', 'GITHUB_SERVER_URL'] as const
const before = NAMES.map(name => [name, process.env[name]] as const)

let service: ArtifactService
let temp: string

beforeEach(async () => {
  service = new ArtifactService()
  await service.start()
  temp = mkdtempSync(join(tmpdir(), 'countersign-artifacts-'))
  delete process.env['GITHUB_SERVER_URL']
})
afterEach(async () => {
  await service.close()
  rmSync(temp, { recursive: true, force: true })
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
})

/** The port, as a job of the run has it; the client reads the environment of the process. */
function artifacts(clock: Clock = systemClock, url?: string): Artifacts {
  const job = service.jobEnvironment(RUN)
  Object.assign(process.env, job, url === undefined ? {} : { ACTIONS_RESULTS_URL: url })
  const found = artifactsOfRun(process.env, temp, clock)
  if (found === null) throw new Error('there is no runner')
  return found
}

const file = (name: string, text: string) => ({ name, bytes: Buffer.from(text) })

/** Names and texts of the files of each artifact of the run. */
function kept(): unknown {
  const found = service.artifactsOf(RUN)
  return Object.fromEntries(found.map(({ name, bytes }) => [name, unzipped(bytes)]))
}

describe('an upload', () => {
  test('holds its files under their own names, and leaves none behind', async () => {
    await artifacts().upload('jane', [file('jane.crt', 'leaf'), file('ca.crt', 'ca')])
    expect(kept()).toEqual({ jane: { 'jane.crt': 'leaf', 'ca.crt': 'ca' } })
    expect(readdirSync(temp)).toEqual([])
  })

  test('takes the place of an earlier one of the same run', async () => {
    await artifacts().upload('jane', [file('jane.crt', 'old')])
    await artifacts().upload('bob', [file('bob.crt', 'bob')])
    await artifacts().upload('jane', [file('jane.crt', 'new')])
    expect(kept()).toEqual({ bob: { 'bob.crt': 'bob' }, jane: { 'jane.crt': 'new' } })
  })

  test('goes beside others at the same time', async () => {
    const port = artifacts()
    const names = ['one', 'two', 'three']
    await Promise.all(names.map(name => port.upload(name, [file('tls.crt', name)])))
    expect(service.artifactsOf(RUN).map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  }) // prettier-ignore
})

describe('what stands in the way', () => {
  const running: Server[] = []
  afterEach(() => {
    for (const server of running.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  /** A service that answers every call so; null never answers. */
  async function odd(answer: { readonly status: number; readonly body: unknown } | null) {
    const server = createServer((_request, response) => {
      if (answer === null) return
      response.writeHead(answer.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer.body))
    })
    running.push(server)
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`
  }
  const upload = (port: Artifacts) => port.upload('jane', [file('jane.crt', 'leaf')])

  test.each([
    [
      'a full store',
      { code: 'resource_exhausted', msg: 'insufficient usage to create artifact' },
      /the storage for artifacts is full/,
    ],
    ['no right', { code: 'permission_denied', msg: 'not yours' }, /\(403\).*not yours/],
  ])('%s is SINK_ARTIFACT, and no file is left', async (_, body, says) => {
    const problem = await failureOf(
      upload(artifacts(systemClock, await odd({ status: 403, body }))),
    )
    expect(problem).toMatchObject({
      code: 'SINK_ARTIFACT',
      message: expect.stringMatching(/^GitHub did not take the artifact jane: /),
    })
    expect(problem.message).toMatch(says)
    expect(readdirSync(temp)).toEqual([])
  })

  test('an unfinished upload of an earlier attempt is told as what it is', async () => {
    const url = await odd({
      status: 409,
      body: { code: 'already_exists', msg: 'an artifact with this name already exists' },
    })
    const problem = await failureOf(upload(artifacts(systemClock, url)))
    expect(problem).toMatchObject({
      code: 'SINK_ARTIFACT',
      hint: 'start a new run instead of running this one again',
    })
  })

  test('a service that never answers is given up', async () => {
    const clock = quickClock()
    const problem = await failureOf(upload(artifacts(clock, await odd(null))))
    expect(problem).toMatchObject({
      code: 'SINK_ARTIFACT',
      message: expect.stringContaining('it did not answer in time'),
    })
    expect(clock.slept).toEqual([120_000])
  })

  test('a service that is not there is told as such', async () => {
    const problem = await failureOf(upload(artifacts(systemClock, 'http://127.0.0.1:1/')))
    expect(problem.message).toContain('its artifact service cannot be reached')
  })

  test('GitHub Enterprise Server takes none', async () => {
    process.env['GITHUB_SERVER_URL'] = 'https://github.example.com'
    expect((await failureOf(upload(artifacts()))).code).toBe('SINK_UNSUPPORTED')
  })

  test('a signed address is never repeated', async () => {
    const port = artifacts()
    // The store behind the address is gone by the time it is used.
    const { body } = { body: { ok: true, signed_upload_url: 'http://127.0.0.1:1/blob?sig=SECRET' } }
    process.env['ACTIONS_RESULTS_URL'] = await odd({ status: 200, body })
    const problem = await failureOf(upload(port), ['SECRET'])
    expect(problem.code).toBe('SINK_ARTIFACT')
  })
})

test.each([
  ['no token', { ACTIONS_RESULTS_URL: 'https://results.example.com/' }],
  ['no address', { ACTIONS_RUNTIME_TOKEN: 'token' }],
  ['an empty token', { ACTIONS_RESULTS_URL: 'https://a.example/', ACTIONS_RUNTIME_TOKEN: '' }],
])('with %s there is no runner', (_, environment) => {
  expect(artifactsOfRun(environment, '.', systemClock)).toBeNull()
})
