// GitHub's artifact service for workflow runs on loopback (github.actions.results.api.v1.ArtifactService): Twirp in JSON, and the
// store behind its addresses.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { BlobStore } from './blob-store.ts'

/** Environment variables of a job. */
export type ArtifactEnvironment = Readonly<
  Record<'ACTIONS_RESULTS_URL' | 'ACTIONS_RUNTIME_TOKEN', string>
>

export interface Artifact {
  readonly id: number
  readonly name: string
  /** `sha256:` and hex, as sent by the client. */
  readonly digest: string
  /** The zip archive. */
  readonly bytes: Uint8Array
}

interface ArtifactState {
  readonly id: number
  readonly run: string
  readonly name: string
  readonly blob: string
  readonly createdAt: Date
  digest: string | null
  /** The run is of a pull request from a fork. */
  readonly isOfFork: boolean
}

/** An artifact as the API of the repository lists it. */
export interface ListedArtifact {
  readonly id: number
  readonly name: string
  readonly size: number
  readonly digest: string
  readonly createdAt: Date
  readonly isOfFork: boolean
}

interface Job {
  readonly run: string
  readonly job: string
}

interface Reply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

const METHOD = /^\/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/(\w+)$/

export class ArtifactService {
  readonly #server: Server
  readonly #store = new BlobStore()
  readonly #jobs = new Map<string, Job>()
  /** Number of a run → its internal id at the service. */
  readonly #runs = new Map<number, string>()
  readonly #artifacts: ArtifactState[] = []
  readonly #now: () => Date
  #url = ''
  #nextId = 1
  /** Authorization headers that arrived at the store, where nobody may send a token. */
  readonly tokensAtStore: string[] = []

  constructor(now: () => Date = () => new Date()) {
    this.#now = now
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy())
    })
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => resolve())
    })
    const address = this.#server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    this.#url = `http://127.0.0.1:${port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  /** Lets a job of a run store artifacts. Clients read the two ids from the token without a check. */
  jobEnvironment(run: number): ArtifactEnvironment {
    const ids = { run: this.#runs.get(run) ?? randomUUID(), job: randomUUID() }
    this.#runs.set(run, ids.run)
    const claims = { scp: `Actions.Results:${ids.run}:${ids.job}` }
    const token = ['{"alg":"RS256"}', JSON.stringify(claims)]
      .map(part => Buffer.from(part).toString('base64url'))
      .concat(randomBytes(32).toString('base64url'))
      .join('.')
    this.#jobs.set(token, ids)
    return { ACTIONS_RESULTS_URL: `${this.#url}/`, ACTIONS_RUNTIME_TOKEN: token }
  }

  /** The finished artifacts of a run, oldest first. */
  artifactsOf(run: number): readonly Artifact[] {
    return this.#finished(this.#runs.get(run) ?? '').map(({ id, name, blob, digest }) => ({
      id,
      name,
      digest: digest ?? '',
      bytes: this.#store.read(blob) ?? new Uint8Array(),
    }))
  }

  /** The finished artifacts of all runs, newest first. */
  listed(): readonly ListedArtifact[] {
    return this.#artifacts
      .filter(({ digest }) => digest !== null)
      .map(({ blob, digest, ...each }) => ({
        ...each,
        digest: digest ?? '',
        size: this.#store.read(blob)?.length ?? 0,
      }))
      .toReversed()
  }

  /** A signed address of the archive, null if there is no such artifact. */
  downloadAddress(id: number): string | null {
    const found = this.#artifacts.find(each => each.id === id)
    return found === undefined ? null : `${this.#url}${this.#store.sign(found.blob, 'read')}`
  }

  /** An artifact of another workflow, with any bytes. */
  publish(name: string, bytes: Uint8Array, isOfFork = false): void {
    const blob = this.#store.create()
    this.#store.write(blob, bytes)
    const digest = digestOf(bytes)
    const id = this.#nextId++
    this.#artifacts.push({ id, run: '', name, blob, createdAt: this.#now(), digest, isOfFork })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request)
      chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)))
    const body = Buffer.concat(chunks)
    const url = new URL(request.url ?? '/', this.#url)
    const method = METHOD.exec(url.pathname)?.[1]
    if (method === undefined) {
      const { authorization } = request.headers
      if (authorization !== undefined) this.tokensAtStore.push(authorization)
      const answer = this.#store.answer(request.method ?? 'GET', url, body)
      response.writeHead(answer.status, answer.headers).end(answer.body)
      return
    }
    const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const { status, body: said } = this.#call(method, this.#jobs.get(token), body.toString('utf8'))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  }

  #call(method: string, job: Job | undefined, text: string): Reply {
    if (job === undefined) return refused(401, 'unauthenticated', 'the token is not one of a job')
    const asked = membersOf(text)
    if (asked.get('workflow_run_backend_id') !== job.run)
      return refused(403, 'permission_denied', 'the run is not that of the token')
    const name = asked.get('name') ?? ''
    switch (method) {
      case 'CreateArtifact':
        return this.#create(job, name)
      case 'FinalizeArtifact':
        return this.#finalize(job, name, asked)
      case 'ListArtifacts':
        return this.#list(job, asked)
      case 'GetSignedArtifactURL':
        return this.#address(job, name)
      case 'DeleteArtifact':
        return this.#delete(job, name)
      default:
        return refused(404, 'bad_route', `no such method: ${method}`)
    }
  }

  #create({ run }: Job, name: string): Reply {
    if (this.#artifacts.some(each => each.run === run && each.name === name))
      return refused(
        409,
        'already_exists',
        'an artifact with this name already exists on the workflow run',
      )
    const blob = this.#store.create()
    const [id, createdAt] = [this.#nextId++, this.#now()]
    this.#artifacts.push({ id, run, name, blob, createdAt, digest: null, isOfFork: false })
    return ok({ ok: true, signed_upload_url: `${this.#url}${this.#store.sign(blob, 'write')}` })
  }

  /** Compares the stored bytes with size and hash of the client. */
  #finalize({ run }: Job, name: string, asked: ReadonlyMap<string, string>): Reply {
    const found = this.#artifacts.find(each => each.run === run && each.name === name)
    const bytes = found === undefined ? null : this.#store.read(found.blob)
    if (found === undefined || bytes === null) return refused(404, 'not_found', 'nothing was sent')
    const digest = digestOf(bytes)
    const said = asked.get('hash') ?? digest
    if (asked.get('size') !== String(bytes.length) || said !== digest)
      return refused(400, 'invalid_argument', 'size or hash is not that of what was sent')
    found.digest = digest
    return ok({ ok: true, artifact_id: String(found.id) })
  }

  #list({ run, job }: Job, asked: ReadonlyMap<string, string>): Reply {
    const [name, id] = [asked.get('name_filter'), asked.get('id_filter')]
    const artifacts = this.#finished(run)
      .filter(each => name === undefined || each.name === name)
      .filter(each => id === undefined || String(each.id) === id)
      .map(each => ({
        workflow_run_backend_id: run,
        workflow_job_run_backend_id: job,
        database_id: String(each.id),
        name: each.name,
        size: String(this.#store.read(each.blob)?.length ?? 0),
        created_at: each.createdAt.toISOString(),
        digest: each.digest,
      }))
    return ok({ artifacts })
  }

  #address({ run }: Job, name: string): Reply {
    const found = this.#finished(run).find(each => each.name === name)
    if (found === undefined) return refused(404, 'not_found', `no artifact ${name}`)
    return ok({ signed_url: `${this.#url}${this.#store.sign(found.blob, 'read')}` })
  }

  #delete({ run }: Job, name: string): Reply {
    const found = this.#finished(run).find(each => each.name === name)
    if (found === undefined) return refused(404, 'not_found', `no artifact ${name}`)
    this.#artifacts.splice(this.#artifacts.indexOf(found), 1)
    this.#store.remove(found.blob)
    return ok({ ok: true, artifact_id: String(found.id) })
  }

  #finished(run: string): readonly ArtifactState[] {
    return this.#artifacts.filter(each => each.run === run && each.digest !== null)
  }
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function ok(body: Reply['body']): Reply {
  return { status: 200, body }
}

function refused(status: number, code: string, msg: string): Reply {
  return { status, body: { code, msg } }
}

/** Members that are text or numbers, as text: protobuf writes 64-bit numbers in JSON either way. */
function membersOf(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>()
  for (const [name, value] of Object.entries(objectOf(text)))
    if (typeof value === 'string' || typeof value === 'number') members.set(name, String(value))
  return members
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  } catch {
    return {}
  }
}
