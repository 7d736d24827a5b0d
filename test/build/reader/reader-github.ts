// GitHub as a reader of the documents meets it: acme/certs, where octo works and hubot reviews. A merge starts the workflow of the
// default branch, as it is there.
import { MAY_BOOTSTRAP } from '../github-run.ts'
import { GITHUB_SCHEMA, validateExchange } from '../github-schema.ts'
import { openedSecret } from '../sealed.ts'
import { found } from '../../github-double/refusal.ts'
import { ArtifactService } from '../../github-double/artifacts/artifact-service.ts'
import type { FileChanges } from '../../github-double/git/git-files.ts'
import { GithubServer } from '../../github-double/server/github-server.ts'
import type { Permissions } from '../../github-double/server/tokens.ts'
import type { AccountState, PullRequestState, RepositoryState } from '../../github-double/state.ts'
import { World } from '../../github-double/world.ts'
import { WORKFLOW, applyStep, runApply } from './reader-workflow.ts'

const ENVIRONMENT = 'countersign'
const PAUSE_SECONDS = 60
const RUN = 4711
const MAY: Permissions = { ...MAY_BOOTSTRAP, secrets: 'read' }

/** GitHub's published description lacks it; the double answers 404, as for a repository without a fault in CODEOWNERS. */
const UNDESCRIBED = 'GET /repos/acme/certs/codeowners/errors'

export class ReaderGithub {
  readonly token = 'gho_octo'
  readonly #world: World
  readonly #server: GithubServer
  readonly #artifacts = new ArtifactService()
  readonly #repository: RepositoryState
  readonly #people: Readonly<Record<'octo' | 'hubot' | 'jane', AccountState>>
  #url = ''
  /** The next run reports a refusal, and the document says so. */
  #mayRefuse = false

  constructor() {
    this.#world = new World({ now: new Date(Date.now() - 3_600_000) })
    this.#people = {
      octo: this.#world.addUser('octo', { id: 1001 }),
      hubot: this.#world.addUser('hubot', { id: 1002 }),
      jane: this.#world.addUser('jane', { id: 1003 }),
    }
    this.#world.addOrganization('acme')
    this.#repository = this.#world.createRepository({
      owner: 'acme',
      name: 'certs',
      creator: this.#people.octo,
      files: { 'README.md': 'Certificates of acme.\n' },
    })
    const { hubot, jane } = this.#people
    for (const person of [hubot, jane])
      this.#world.addCollaborator(this.#repository, person, 'write')
    this.#server = new GithubServer(this.#world, {
      schema: GITHUB_SCHEMA,
      validate: validateExchange,
      now: () => new Date(),
    })
    this.#server.tokens.set(this.token, { as: { account: 1001 }, permissions: MAY })
    this.#server.tokens.set('gho_jane', { as: { account: 1003 }, permissions: MAY })
    this.#server.artifacts = this.#artifacts
  }

  get url(): string {
    return this.#url
  }

  async start(): Promise<void> {
    this.#url = (await this.#server.start()).url
    await this.#artifacts.start()
  }

  /** Stops, and returns the calls that the double could not answer. */
  async stop(): Promise<readonly string[]> {
    await this.#server.stop()
    await this.#artifacts.close()
    const unknown = this.#server.unknownRoutes.filter(route => route !== UNDESCRIBED)
    return [...unknown, ...this.#server.problems]
  }

  /** Writes the repository as a bare git repository. */
  exportTo(folder: string): void {
    this.#world.exportTo(this.#repository, folder)
  }

  /** What the comments of documents say that people do. Throws for anything else. */
  does(deed: string): void {
    const [, path, text = ''] = /^(\S+) exists:\s+([^]+)$/.exec(deed) ?? []
    if (path !== undefined) this.#commits('main', { [path]: `${text}\n` }, 'Requests')
    else if (deed === 'the next run refuses a request') this.#mayRefuse = true
    // GitHub's clock is an hour behind, so that people can wait in no time. Here it catches up.
    else if (deed === 'an hour passes') this.#world.state.now = new Date()
    else throw new Error(`"${deed}" is no deed of a document`)
  }

  /** octo pushes a branch and opens a pull request; its address. */
  opens(branch: string, files: FileChanges, title: string): string {
    const [repository, actor] = [this.#repository, this.#people.octo]
    this.#commits(branch, files, title)
    const { number } = this.#world.openPullRequest({ actor, repository, branch, title })
    return `https://github.com/acme/certs/pull/${number}`
  }

  /** hubot approves, octo merges, and the workflow runs. */
  async merges(number: number): Promise<void> {
    const pull = this.#pull(number)
    this.#world.tick(PAUSE_SECONDS)
    this.#world.review(pull, this.#people.hubot, 'APPROVED')
    this.#world.tick(PAUSE_SECONDS)
    this.#world.merge(pull, this.#people.octo, 'squash')
    await this.runsApply('push')
  }

  /** Runs the job `apply` of the workflow on the default branch, if there is one. */
  async runsApply(event: string): Promise<void> {
    const step = applyStep(this.#file(WORKFLOW))
    if (step === undefined) return
    const commit = this.#world.tipOf(this.#repository)
    const token = `ghs_${commit}`
    const permissions = {
      contents: 'read',
      pull_requests: 'write',
      issues: 'write',
      actions: 'read',
    } as const
    this.#server.tokens.set(token, { as: { app: 'github-actions' }, permissions })
    const secrets = await this.#secrets(Object.keys(step.env ?? {}))
    const env = { ...this.#artifacts.jobEnvironment(RUN), ...secrets }
    const mayRefuse = this.#mayRefuse
    this.#mayRefuse = false
    await runApply(step, { event, commit, token, apiUrl: this.#url, env, mayRefuse })
  }

  /** `gh secret set`: in the environment. */
  async storesSecret(environment: string, name: string, value: string): Promise<void> {
    const { default: sodium, ready } = await import('libsodium-wrappers')
    await ready
    const secrets = `repos/acme/certs/environments/${environment}/secrets`
    const { key, key_id } = JSON.parse(await this.#call('GET', `${secrets}/public-key`))
    const sealed = sodium.crypto_box_seal(Buffer.from(value), Buffer.from(key, 'base64'))
    const encrypted_value = Buffer.from(sealed).toString('base64')
    await this.#call('PUT', `${secrets}/${name}`, { encrypted_value, key_id })
  }

  /** `gh api PATH --jq .MEMBER`. */
  async asks(path: string, member: string): Promise<string> {
    const text = await this.#call('GET', path)
    return member === '' ? text : `${JSON.parse(text)[member.slice(1)]}\n`
  }

  /** On top of main. */
  #commits(branch: string, files: FileChanges, message: string): void {
    const [repository, actor] = [this.#repository, this.#people.octo]
    this.#world.tick(PAUSE_SECONDS)
    const commit = this.#world.commit({ repository, branch: 'main', author: actor, files, message })
    this.#world.push({ actor, repository, branch, commit })
  }

  async #call(method: string, path: string, body?: object): Promise<string> {
    const response = await fetch(`${this.#url}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'user-agent': 'gh' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
    return response.text()
  }

  async #secrets(names: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const found = names.map(async name => [
      name,
      (await openedSecret(this.#repository, ENVIRONMENT, name)) ?? '',
    ])
    return Object.fromEntries(await Promise.all(found))
  }

  #pull(number: number): PullRequestState {
    return found(
      this.#repository.pullRequests.find(each => each.number === number),
      `pull request ${number}`,
    )
  }

  /** A file of the default branch; null if there is none. */
  #file(path: string): string | null {
    const blob = this.#world.blobAt(this.#world.tipOf(this.#repository), path)
    const object = blob === null ? undefined : this.#world.state.objects.get(blob)
    return object?.kind === 'blob' ? Buffer.from(object.bytes).toString() : null
  }
}
