import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ArtifactService } from '../../../github-double/artifacts/artifact-service.ts'
import type { ArtifactEnvironment } from '../../../github-double/artifacts/artifact-service.ts'

const RUN = 4242
const BYTES = Buffer.from('the archive')

let service: ArtifactService
let job: ArtifactEnvironment

beforeEach(async () => {
  service = new ArtifactService()
  await service.start()
  job = service.jobEnvironment(RUN)
})
afterEach(() => service.close())

/** The members of answers that these tests read. Every member is declared as present. */
interface Answer {
  readonly status: number
  readonly body: {
    readonly signed_upload_url: string
    readonly signed_url: string
    readonly artifacts: readonly object[]
  }
}

/** The two ids as the client reads them from its token. */
function idsOf(environment: ArtifactEnvironment): object {
  const payload = environment.ACTIONS_RUNTIME_TOKEN.split('.')[1] ?? ''
  const { scp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  const [, run, of] = scp.split(':')
  return { workflow_run_backend_id: run, workflow_job_run_backend_id: of }
}

async function call(method: string, asked: object, as: ArtifactEnvironment = job): Promise<Answer> {
  const path = `twirp/github.actions.results.api.v1.ArtifactService/${method}`
  const answer = await fetch(`${as.ACTIONS_RESULTS_URL}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${as.ACTIONS_RUNTIME_TOKEN}` },
    body: JSON.stringify({ ...idsOf(as), ...asked }),
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

async function put(url: string, body: string | Uint8Array): Promise<number> {
  return (await fetch(url, { method: 'PUT', body })).status
}

/** Uploads in two blocks, as the client does with large files. */
async function upload(name: string, bytes = BYTES): Promise<Answer> {
  const { body } = await call('CreateArtifact', { name, version: 4 })
  const block = (id: string) => `${body.signed_upload_url}&comp=block&blockid=${id}`
  expect(await put(block('YQ=='), bytes.subarray(0, 4))).toBe(201)
  expect(await put(block('Yg=='), bytes.subarray(4))).toBe(201)
  const list = '<BlockList><Latest>YQ==</Latest><Latest>Yg==</Latest></BlockList>'
  expect(await put(`${body.signed_upload_url}&comp=blocklist`, list)).toBe(201)
  const hash = `sha256:${createHash('sha256').update(BYTES).digest('hex')}`
  return call('FinalizeArtifact', { name, size: String(BYTES.length), hash })
}

describe('an artifact', () => {
  test('an artifact is kept with its run, listed, and returned', async () => {
    expect(await upload('jane')).toMatchObject({ status: 200, body: { ok: true } })
    expect(service.artifactsOf(RUN)).toMatchObject([{ name: 'jane', bytes: BYTES }])
    expect(service.artifactsOf(RUN + 1)).toEqual([])
    const { body } = await call('ListArtifacts', { name_filter: 'jane' })
    expect(body.artifacts).toMatchObject([{ name: 'jane', size: String(BYTES.length) }])
    const { body: address } = await call('GetSignedArtifactURL', { name: 'jane' })
    expect(await (await fetch(address.signed_url)).text()).toBe('the archive')
  })

  test('an artifact does not exist before it is finished', async () => {
    await call('CreateArtifact', { name: 'jane' })
    expect((await call('ListArtifacts', {})).body.artifacts).toEqual([])
    expect(service.artifactsOf(RUN)).toEqual([])
  })

  test('an artifact has a unique name in its run', async () => {
    await upload('jane')
    expect(await call('CreateArtifact', { name: 'jane' })).toMatchObject({
      status: 409,
      body: { code: 'already_exists' },
    })
    await call('DeleteArtifact', { name: 'jane' })
    expect((await call('CreateArtifact', { name: 'jane' })).status).toBe(200)
  })

  test('an artifact is refused where the upload differs from its description', async () => {
    expect(await upload('jane', Buffer.from('another one'))).toMatchObject({ status: 400 })
    expect(service.artifactsOf(RUN)).toEqual([])
  })

  test('an artifact belongs to the run of the token', async () => {
    const other = service.jobEnvironment(RUN + 1)
    const stolen = { ...job, ACTIONS_RESULTS_URL: other.ACTIONS_RESULTS_URL }
    const asked = { name: 'jane', ...idsOf(other) }
    expect((await call('CreateArtifact', asked, stolen)).status).toBe(403)
    const nobody = { ...job, ACTIONS_RUNTIME_TOKEN: `${job.ACTIONS_RUNTIME_TOKEN}x` }
    expect((await call('CreateArtifact', { name: 'jane' }, nobody)).status).toBe(401)
  })

  test('an artifact belongs to the run also at a second attempt', async () => {
    await upload('jane')
    const again = service.jobEnvironment(RUN)
    expect((await call('ListArtifacts', {}, again)).body.artifacts).toHaveLength(1)
  })

  test('an artifact is read and written only with its signed address', async () => {
    await upload('jane')
    const { body } = await call('GetSignedArtifactURL', { name: 'jane' })
    const url = new URL(body.signed_url)
    expect(await put(url.href, 'mine')).toBe(403)
    url.searchParams.delete('sig')
    expect((await fetch(url)).status).toBe(403)
  })
})
