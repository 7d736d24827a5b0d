// acme/certs at GitHub with a cluster: people act in sentences, as in histories, and the action runs as GitHub would start it.
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { trustedDigest } from '../../src/core/approval/configuration-digest.ts'
import type { ObjectId } from '../../src/domain/proof/git-history.ts'
import { GithubServer } from '../github-double/server/github-server.ts'
import type { Permissions } from '../github-double/server/tokens.ts'
import { DirectRepository } from './direct-repository.ts'
import { GITHUB_SCHEMA, validateExchange } from './github-schema.ts'
import { isConfiguration } from './history/countersign.ts'
import { isOfPeople, perform } from './history/deeds.ts'
import { readDeed, readGiven } from './history/read-history.ts'
import { Stage } from './history/stage.ts'
import { WORKFLOW_PATH } from './history/usual-files.ts'
import type { Place } from './place.ts'
import { runJob } from './runner.ts'
import type { ActionRan } from './runner.ts'

const REPOSITORY = 'acme/certs'
const DAY_MS = 86_400_000
/** Time between two steps, unless the test says otherwise. */
const PAUSE_SECONDS = 60

export interface RunWords {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly ref?: string
  readonly commit?: ObjectId
  /** Permissions of the token; by default those of the documentation, with comments. */
  readonly permissions?: Permissions
  /** The event of a plan, and more of its payload. */
  readonly event?: 'pull_request' | 'pull_request_review'
  readonly payload?: Readonly<Record<string, unknown>>
  readonly preload?: readonly string[]
  readonly workspace?: Readonly<Record<string, string>>
  readonly meanwhile?: (child: ChildProcess, folder: string) => Promise<void>
}

export interface ReviewWords {
  readonly by: string
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'dismissed'
  readonly action?: 'submitted' | 'dismissed'
}

export interface ShownComment {
  readonly by: string
  readonly body: string
}

export const MAY_COMMENT: Permissions = {
  contents: 'read',
  pull_requests: 'write',
  actions: 'read',
}
/** With the right to write the notice. */
export const MAY_NOTIFY: Permissions = { ...MAY_COMMENT, issues: 'write' }
/** What bootstrap writes at GitHub. */
export const MAY_BOOTSTRAP: Permissions = {
  actions: 'read',
  administration: 'write',
  contents: 'write',
  environments: 'write',
  pull_requests: 'write',
}
export const MAY_READ: Permissions = { contents: 'read', pull_requests: 'read', actions: 'read' }

export class Acme {
  readonly stage: Stage
  readonly github: GithubServer
  readonly place: Place
  /** The tokens of all runs so far. */
  readonly tokens: string[] = []
  readonly url: string

  private constructor(stage: Stage, github: GithubServer, place: Place, apiUrl: string) {
    this.stage = stage
    this.github = github
    this.place = place
    this.url = apiUrl
  }

  /** `given` as in a history file, on top of a configuration of this cluster. `now`: GitHub's clock, that of the machine by itself. */
  static async open(place: Place, given: GivenWords = {}, now = () => new Date()): Promise<Acme> {
    const { files = {}, ...rest } = given
    const stage = new Stage(readGiven({ ...rest, files: { ...filesFor(place), ...files } }))
    // The action uses the clock of the machine, so people act in its past.
    stage.world.state.now = new Date(Date.now() - DAY_MS)
    const github = new GithubServer(stage.world, {
      schema: GITHUB_SCHEMA,
      validate: validateExchange,
      now,
    })
    const { url } = await github.start()
    return new Acme(stage, github, place, url)
  }

  /** Calls that the double could not answer, or answered against GitHub's description. */
  async end(): Promise<readonly string[]> {
    await this.github.stop()
    return [...this.github.unknownRoutes, ...this.github.problems]
  }

  /** Plays a sentence of histories, with its files. */
  does(sentence: string, files?: Readonly<Record<string, unknown>>): void {
    const deed = readDeed(files === undefined ? sentence : { [sentence]: files })
    if (deed.kind === 'time') return this.stage.world.tick(deed.seconds)
    if (!isOfPeople(deed)) throw new Error(`"${sentence}" is nothing that people do`)
    this.stage.world.tick(PAUSE_SECONDS)
    perform(this.stage, deed)
  }

  /** The usual way: the author opens a pull request, the reviewer approves, and it is merged. */
  merges(number: number, files: Readonly<Record<string, unknown>>, way = 'squash'): void {
    this.proposes(number, files)
    this.lands(number, way)
  }

  /** The author opens a pull request. */
  proposes(number: number, files: Readonly<Record<string, unknown>>): void {
    const branch = `change-${number}`
    this.does(`author pushes to ${branch}`, files)
    this.does(`author opens PR${number} from ${branch}`)
  }

  /** The reviewer approves it, and it is merged. */
  lands(number: number, way = 'squash'): void {
    this.does(`reviewer approves PR${number}`)
    this.does(`author merges PR${number} (${way})`)
  }

  comments(number: number): readonly ShownComment[] {
    const { accounts } = this.stage.world.state
    return this.stage
      .pull(number)
      .comments.map(({ authorId, body }) => ({ by: accounts.get(authorId)?.login ?? '', body }))
  }

  /** Issues that are no pull requests, oldest first. */
  issues(): readonly { readonly title: string; readonly body: string; readonly state: string }[] {
    return this.stage.repository.issues.map(({ title, body, state }) => ({ title, body, state }))
  }

  /** Digest of the configuration files at a commit or mark. */
  async digest(mark = 'start'): Promise<string> {
    const { world, repository } = this.stage
    const tree = world.treeAt(this.stage.commit(mark))
    const listed = await new DirectRepository(world, repository).listings([tree])
    const files = (listed.get(tree) ?? []).filter(({ path }) => isConfiguration(path))
    return trustedDigest(new Map(files.map(({ path, blob }) => [path, blob])))
  }

  /** The job for a push to the default branch, a schedule or a manual run, with its environment for apply. */
  async apply(words: RunWords = {}, event = 'push'): Promise<ActionRan> {
    const { env, inputs, ...rest } = words
    const commit = words.commit ?? this.stage.tip('main')
    return this.run(
      event,
      { after: commit, ref: 'refs/heads/main' },
      {
        ...rest,
        commit,
        env: { KUBECONFIG_PROD: this.place.kubeconfig, ...env },
        inputs: { 'trusted-config': await this.digest(), ...inputs },
      },
    )
  }

  /** The job on a pull request: no secret, no cluster. */
  plan(number: number, words: RunWords = {}): Promise<ActionRan> {
    const { world, repository } = this.stage
    const pull = this.stage.pull(number)
    const head = words.commit ?? world.headOf(pull)
    const payload = {
      pull_request: {
        number,
        head: { sha: head, repo: { id: pull.headRepositoryId } },
        base: { repo: { id: repository.id } },
      },
      ...words.payload,
    }
    const ref = `refs/pull/${number}/merge`
    return this.run(words.event ?? 'pull_request', payload, { commit: head, ref, ...words })
  }

  /** The job on a review of the pull request. Its run has a number above all that the double knows. */
  reviewed(
    number: number,
    { by, state, action = 'submitted' }: ReviewWords,
    words: RunWords = {},
  ): Promise<ActionRan> {
    const { id } = this.stage.who(by)
    const payload = { action, review: { state, user: { id, login: by, type: 'User' } } }
    const env = { GITHUB_RUN_ID: '9007199254740991', ...words.env }
    return this.plan(number, { ...words, env, event: 'pull_request_review', payload })
  }

  run(event: string, payload: unknown, words: RunWords = {}): Promise<ActionRan> {
    const token = `ghs_${randomBytes(18).toString('hex')}`
    const permissions = words.permissions ?? MAY_COMMENT
    this.github.tokens.set(token, { as: { app: 'github-actions' }, permissions })
    this.tokens.push(token)
    const ref = words.ref ?? 'refs/heads/main'
    const env = {
      GITHUB_API_URL: this.url,
      GITHUB_SERVER_URL: 'https://github.example.com',
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_RUN_ID: '4711',
      GITHUB_REF: ref,
      GITHUB_SHA: words.commit ?? this.stage.tip('main'),
      GITHUB_WORKFLOW_REF: `${REPOSITORY}/${WORKFLOW_PATH}@${ref}`,
      ...words.env,
    }
    const inputs = { ...DEFAULTS, token, ...words.inputs }
    const { preload = [], workspace = {}, meanwhile } = words
    const during = meanwhile === undefined ? {} : { meanwhile }
    return runJob({ event: { name: event, payload }, env, inputs, preload, workspace, ...during })
  }
}

export interface GivenWords {
  readonly files?: Readonly<Record<string, unknown>>
  readonly [member: string]: unknown
}

/** The defaults of action.yml. */
const DEFAULTS = {
  command: '',
  config: 'countersign.yaml',
  'app-token': '',
  'trusted-config': '',
  comment: 'always',
  'fail-on': 'refused',
}

function filesFor({ server, caPem, namespace, owner }: Place): Readonly<Record<string, unknown>> {
  return {
    'countersign.yaml': configuration({ server, caPem, namespace, owner }),
    'policies/people.yaml': { sinks: [{ secret: { namespaces: [namespace], names: ['*-tls'] } }] },
  }
}

/** The usual configuration with this cluster; `auth` is the login, `nodeInventory` a member of the cluster. */
export function configuration(
  { server, caPem, namespace, owner }: Pick<Place, 'server' | 'caPem' | 'namespace' | 'owner'>,
  { auth, nodeInventory, ...more }: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const certificateAuthorityData = Buffer.from(caPem).toString('base64')
  const said = {
    ...(auth !== undefined && { auth }),
    ...(nodeInventory !== undefined && { nodeInventory }),
  }
  return {
    metadata: { name: owner },
    clusters: { prod: { server, certificateAuthorityData, recordNamespace: namespace, ...said } },
    defaults: [
      {
        paths: ['requests/**'],
        spec: {
          signerName: 'kubernetes.io/kube-apiserver-client',
          usages: ['digital signature', 'client auth'],
          duration: '168h',
          renewBefore: '72h',
          namespace,
        },
      },
    ],
    ...more,
  }
}
