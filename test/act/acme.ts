// acme/certs with a cluster: workflow runs of its commits, started as GitHub would start them.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trustedDigest } from '../../src/core/approval/configuration-digest.ts'
import { rbacManifests } from '../../src/setup/rbac/least-rights.ts'
import { ArtifactService } from '../github-double/artifacts/artifact-service.ts'
import { GithubServer } from '../github-double/server/github-server.ts'
import type { Permissions } from '../github-double/server/tokens.ts'
import type { PullRequestState } from '../github-double/state.ts'
import { clusterConfig, effective, secretSink } from '../build/effective.ts'
import { GITHUB_SCHEMA, validateExchange } from '../build/github-schema.ts'
import type { Subject } from '../build/subjects.ts'
import { kubeconfig, rulesOf } from '../build/workshop.ts'
import { readyAct } from './act-binary.mjs'
import { Certs } from './certs.ts'
import type { Move } from './certs.ts'
import { configText, policyText } from './files.ts'
import type { ConfigWords } from './files.ts'
import { leaks } from './leaks.ts'
import { payloads } from './payloads.ts'
import type { Payloads } from './payloads.ts'
import { runAct } from './run-act.ts'
import type { ActRun } from './run-act.ts'

const WORKFLOW = '.github/workflows/countersign.yml'
const FIXTURE = new URL('workflow.yml', import.meta.url)
/** Permissions of the job; GitHub removes write permissions if a pull request of a fork started it. */
const PERMISSIONS: Permissions = { contents: 'read', pull_requests: 'write', actions: 'read' }
const OF_A_FORK: Permissions = { contents: 'read', pull_requests: 'read', actions: 'read' }
const made = { acmes: 0 }

export interface Start {
  /** Folder with the node that runs the action. */
  readonly node?: string | null
  /** Default: the newest attempt of a new run. */
  readonly run?: { readonly id: number; readonly attempt: number }
}

export class Acme extends Certs {
  readonly server: GithubServer
  /** Secrets that no output may hold: tokens and private keys. Tests add the keys that they find in Secrets. */
  readonly secrets: string[] = []
  readonly artifacts = new ArtifactService()
  /** Name of the configuration, and of the cluster user that its runs log in as. */
  readonly owner: string
  /** Namespace of the records and Secrets. */
  readonly namespace: string
  readonly #act: string
  readonly #subject: Subject
  readonly #folder = mkdtempSync(join(tmpdir(), 'countersign-acme-'))
  #url = ''
  #kubeconfig = ''
  #runs = 7000

  constructor(subject: Subject) {
    const owner = subject.name(`acme${++made.acmes}`)
    const namespace = `${owner}-ns`
    super(people => firstFiles({ backend: subject.backend, owner, namespace, people }))
    const act = readyAct()
    if (act === null) throw new Error('act is not built: node test/act/build.mjs')
    this.#act = act
    this.#subject = subject
    this.owner = owner
    this.namespace = namespace
    this.server = new GithubServer(this.world, {
      schema: GITHUB_SCHEMA,
      validate: validateExchange,
      now: () => new Date(),
    })
    const all = { ...OF_A_FORK, administration: 'read', members: 'read' } as const
    this.server.tokens.set('payloads', { as: { app: 'payloads' }, permissions: all })
  }

  /** Starts the double, and gives the user of the runs the printed rights on Secrets of these names. */
  async start(secrets: readonly string[]): Promise<void> {
    this.#url = (await this.server.start()).url
    await this.artifacts.start()
    const { admin, backend } = this.#subject
    const { namespace } = this
    await admin.created('/api/v1/namespaces', { metadata: { name: namespace } })
    this.#subject.later(`/api/v1/namespaces/${namespace}`)
    const sinks = secrets.map(name => secretSink({ namespace, name }))
    const printed = rbacManifests(
      clusterConfig({ recordNamespace: namespace }),
      [effective({ sinks })],
      { kind: 'User', name: this.owner },
    )
    const credential = await backend.user(this.owner, [], rulesOf(printed))
    this.#kubeconfig = kubeconfig(backend, credential)
    this.secrets.push(credential.keyPem ?? '')
  }

  async stop(): Promise<void> {
    await this.server.stop()
    await this.artifacts.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Secrets in the output, the files or the GitHub calls of a run; none is expected. */
  leaksOf(ran: ActRun): readonly string[] {
    const comments = this.repository.pullRequests.flatMap(pull => this.commentsOn(pull))
    return leaks([ran.shown, ran.left, ...comments].join('\n'), this.secrets)
  }

  async onPullRequest(pull: PullRequestState, start: Start = {}): Promise<ActRun> {
    const isFork = pull.headRepositoryId !== this.repository.id
    const head = this.world.headOf(pull)
    return this.#run('pull_request', head, start, {
      payload: await this.#payloads().pullRequest(pull.number),
      ref: `refs/pull/${pull.number}/merge`,
      permissions: isFork ? OF_A_FORK : PERMISSIONS,
      hasEnvironment: false,
    })
  }

  /** The run on the newest review of the pull request. */
  async onReview(pull: PullRequestState, start: Start = {}): Promise<ActRun> {
    return this.#run('pull_request_review', this.world.headOf(pull), start, {
      payload: await this.#payloads().review(pull.number),
      ref: `refs/pull/${pull.number}/merge`,
      permissions: PERMISSIONS,
      hasEnvironment: false,
    })
  }

  async onPush(move: Move, start: Start = {}): Promise<ActRun> {
    return this.#onBranch('push', move.after, await this.#payloads().push(move), start)
  }

  async onSchedule(start: Start = {}): Promise<ActRun> {
    return this.#onBranch(
      'schedule',
      this.tip,
      await this.#payloads().schedule('17 5 * * *'),
      start,
    )
  }

  async onDispatch(start: Start = {}): Promise<ActRun> {
    return this.#onBranch('workflow_dispatch', this.tip, await this.#payloads().dispatch(), start)
  }

  async onMergeGroup(move: Move, start: Start = {}): Promise<ActRun> {
    return this.#run('merge_group', move.after, start, {
      payload: await this.#payloads().mergeGroup(move),
      ref: 'refs/heads/gh-readonly-queue/main/pr-1',
      permissions: PERMISSIONS,
      hasEnvironment: false,
    })
  }

  #onBranch(event: string, commit: string, payload: object, start: Start): Promise<ActRun> {
    return this.#run(event, commit, start, {
      payload,
      ref: 'refs/heads/main',
      permissions: PERMISSIONS,
      hasEnvironment: true,
    })
  }

  async #run(
    event: string,
    commit: string,
    start: Start,
    given: {
      readonly payload: object
      readonly ref: string
      readonly permissions: Permissions
      readonly hasEnvironment: boolean
    },
  ): Promise<ActRun> {
    const run = start.run ?? { id: ++this.#runs, attempt: 1 }
    const token = `ghs_${createHash('sha256').update(`${run.id} ${run.attempt} ${Math.random()}`).digest('hex').slice(0, 36)}`
    this.secrets.push(token)
    this.server.tokens.set(token, {
      as: { app: 'github-actions' },
      permissions: given.permissions,
      repositories: ['acme/certs'],
    })
    const folder = this.#checkOut(commit)
    try {
      return await runAct({
        act: this.#act,
        event,
        payload: given.payload,
        folder,
        workflow: WORKFLOW,
        actor: this.people.author.login,
        node: start.node ?? null,
        env: {
          GITHUB_REPOSITORY: 'acme/certs',
          GITHUB_REPOSITORY_ID: String(this.repository.id),
          GITHUB_REPOSITORY_OWNER: 'acme',
          GITHUB_REF: given.ref,
          GITHUB_RUN_ID: String(run.id),
          GITHUB_RUN_ATTEMPT: String(run.attempt),
          GITHUB_WORKFLOW_REF: `acme/certs/${WORKFLOW}@${given.ref}`,
          GITHUB_WORKFLOW_SHA: commit,
          GITHUB_API_URL: this.#url,
          GITHUB_GRAPHQL_URL: `${this.#url}/graphql`,
          RUNNER_ENVIRONMENT: 'github-hosted',
          ...this.artifacts.jobEnvironment(run.id),
        },
        secrets: {
          GITHUB_TOKEN: token,
          // A secret of the environment, which only the apply job uses.
          ...(given.hasEnvironment ? { KUBECONFIG_PROD: this.#kubeconfig } : {}),
        },
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
      // The token ends with its job.
      this.server.tokens.delete(token)
    }
  }

  #payloads(): Payloads {
    const ask = async (path: string): Promise<unknown> => {
      const headers = { authorization: 'Bearer payloads', 'user-agent': 'test' }
      const answer = await fetch(`${this.#url}${path}`, { headers })
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return answer.json()
    }
    return payloads(ask, this.people.author)
  }

  #checkOut(commit: string): string {
    const folder = mkdtempSync(join(this.#folder, 'checkout-'))
    this.world.exportTo(this.repository, join(folder, '.git'))
    const env = { PATH: process.env['PATH'], HOME: this.#folder, GIT_CONFIG_NOSYSTEM: '1' }
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
    git('--git-dir=.git', 'config', 'core.bare', 'false')
    git('checkout', '--quiet', '--force', '--detach', commit)
    return folder
  }
}

/** Configuration, policy and the workflow with their digest. */
function firstFiles(words: ConfigWords): Readonly<Record<string, string>> {
  const files = {
    'countersign.yaml': configText(words),
    'policies/people.yaml': policyText(words.namespace),
  }
  const blobs = Object.entries(files).map(([path, text]) => [path, blobId(text)] as const)
  const digest = trustedDigest(new Map(blobs))
  return {
    ...files,
    [WORKFLOW]: readFileSync(FIXTURE, 'utf8').replaceAll('TRUSTED_CONFIG', digest),
  }
}

function blobId(text: string): string {
  return createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex')
}
