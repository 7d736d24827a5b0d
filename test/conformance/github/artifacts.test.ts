// Artifacts by GitHub's own client against an independent service: what is stored and replaced, and which errors are reported.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { artifactsOfRun } from '../../../src/adapters/github/artifacts/artifact-upload.ts'
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

/** The port as in a job of the run; the client reads the environment of the process. */
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
  test('an upload holds its files under their own names and leaves no temporary file', async () => {
    await artifacts().upload('jane', [file('jane.crt', 'leaf'), file('ca.crt', 'ca')])
    expect(kept()).toEqual({ jane: { 'jane.crt': 'leaf', 'ca.crt': 'ca' } })
    expect(readdirSync(temp)).toEqual([])
  })

  test('an upload replaces an earlier one of the same name in the same run', async () => {
    await artifacts().upload('jane', [file('jane.crt', 'old')])
    await artifacts().upload('bob', [file('bob.crt', 'bob')])
    await artifacts().upload('jane', [file('jane.crt', 'new')])
    expect(kept()).toEqual({ bob: { 'bob.crt': 'bob' }, jane: { 'jane.crt': 'new' } })
  })

  test('concurrent uploads are all stored', async () => {
    const port = artifacts()
    const names = ['one', 'two', 'three']
    await Promise.all(names.map(name => port.upload(name, [file('tls.crt', name)])))
    expect(service.artifactsOf(RUN).map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  }) // prettier-ignore
})

describe('a failed upload', () => {
  const running: Server[] = []
  afterEach(() => {
    for (const server of running.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  /** A service that gives every call this answer; null never answers. */
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
  ])('a refusal for %s is SINK_ARTIFACT, and no temporary file is left', async (_, body, says) => {
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

  test('an unfinished upload of an earlier attempt asks for a new run', async () => {
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

  test('an upload ends after 120 s without an answer', async () => {
    const clock = quickClock()
    const problem = await failureOf(upload(artifacts(clock, await odd(null))))
    expect(problem).toMatchObject({
      code: 'SINK_ARTIFACT',
      message: expect.stringContaining('it did not answer in time'),
    })
    expect(clock.slept).toEqual([120_000])
  })

  test('an unreachable artifact service is reported as such', async () => {
    const problem = await failureOf(upload(artifacts(systemClock, 'http://127.0.0.1:1/')))
    expect(problem.message).toContain('its artifact service cannot be reached')
  })

  test('GitHub Enterprise Server is SINK_UNSUPPORTED', async () => {
    process.env['GITHUB_SERVER_URL'] = 'https://github.example.com'
    expect((await failureOf(upload(artifacts()))).code).toBe('SINK_UNSUPPORTED')
  })

  test('no message holds a signed address', async () => {
    const port = artifacts()
    // The store at this address is closed before it is used.
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
])('a job with %s has no artifacts', (_, environment) => {
  expect(artifactsOfRun(environment, '.', systemClock)).toBeNull()
})
