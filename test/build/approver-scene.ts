// Approvers at acme: countersign controller --approve as processes on any cluster, and pending requests of others for them.
import { createInterface } from 'node:readline'
import { Acme, configuration, MAY_READ } from './github-run.ts'
import { usualFile } from './history/usual-files.ts'
import { kubeconfig, rulesOf, Workshop } from './workshop.ts'
import { opensslRequest } from './openssl-request.ts'
import type { RequestShape } from './openssl-request.ts'
import type { Place } from './place.ts'
import { placeIn } from './place.ts'
import type { Ran } from './reuse/run.ts'
import { SIGNING_REQUESTS, signingRequest } from './signing-requests.ts'
import type { Subject } from './subjects.ts'

export const SERVING = 'kubernetes.io/kubelet-serving'
const TOKEN = 'ghs_of_the_approver'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const RBAC_GROUP = 'rbac.authorization.k8s.io'

/** A line of the log. */
export interface Line {
  readonly level: string
  readonly message: string
  readonly address?: string
  readonly policy?: string | null
  readonly commit?: string
  readonly problems?: readonly { readonly code: string }[]
}

export interface Asked {
  readonly shape?: RequestShape
  readonly spec?: object
  /** Who creates it. */
  readonly user: string
  readonly group?: string
  /** After the PEM text. */
  readonly more?: string
}

export interface ApproverWords {
  readonly signers: readonly string[]
  /** Members of `spec`, by path. */
  readonly policies: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Members of the pool of the inventory. */
  readonly pool: Readonly<Record<string, unknown>>
}

export interface ApproverScene {
  readonly acme: Acme
  readonly place: Place
  /** User name of the approvers in the cluster. */
  readonly user: string
  readonly start: (options?: { readonly killAt?: string }) => RunningApprover
}

/** One installation with its own Leases; each process that is started is a replica of it. */
export async function withApprovers(
  subject: Subject,
  { signers, policies, pool }: ApproverWords,
  act: (scene: ApproverScene) => Promise<void>,
): Promise<void> {
  const place = await placeIn(subject)
  const workshop = new Workshop()
  const running: RunningApprover[] = []
  let acme: Acme | null = null
  let unanswered: readonly string[] = []
  try {
    const config = configuration(place, { nodeInventory: 'nodes/prod' })
    workshop.write('countersign.yaml', usualFile('countersign.yaml', config))
    for (const [path, policy] of Object.entries(policies))
      workshop.write(path, usualFile(path, policy))
    const printed = await workshop.run(['manifests', 'approver', '--cluster', 'prod'])
    const user = subject.name(`approver-${place.owner}`)
    const login = await subject.backend.user(user, [], rulesOf(printed.stdout))
    acme = await Acme.open(place, { files: { 'countersign.yaml': config, ...policies } })
    const pools = [{ name: 'all', maxNodes: 1000, ...pool }]
    acme.does('author pushes to nodes', { 'nodes/prod/all.yaml': { nodes: [], pools } })
    acme.does('author opens PR1 from nodes')
    acme.does('owner approves PR1')
    acme.does('author merges PR1 (squash)')
    acme.github.tokens.set(TOKEN, { as: { app: 'github-actions' }, permissions: MAY_READ })
    const args = ['controller', '--repository', 'acme/certs', '--cluster', 'prod']
    const trust = ['--trusted-config', await acme.digest(), '--listen', '127.0.0.1:0']
    const approves = ['--approve', signers.join(',')]
    const env = {
      CI: 'true',
      GITHUB_API_URL: acme.url,
      GITHUB_TOKEN: TOKEN,
      KUBECONFIG_PROD: kubeconfig(place, login),
    }
    await act({
      acme,
      place,
      user,
      start: (options = {}) => {
        const all = [...args, ...trust, ...approves]
        const approver = new RunningApprover(workshop, all, { env, ...options })
        running.push(approver)
        return approver
      },
    })
  } finally {
    await Promise.all(running.map(each => each.stop()))
    unanswered = (await acme?.end()) ?? []
    workshop.end()
  }
  if (unanswered.length > 0) throw new Error(unanswered.join('\n'))
}

interface ApproverOptions {
  readonly env: Readonly<Record<string, string>>
  readonly killAt?: string
}

/** One process, until `stop`. */
export class RunningApprover {
  /** The decisions on each request, by its name. */
  readonly decided = new Map<string, readonly Line[]>()
  readonly lines: Line[] = []
  readonly #stop = new AbortController()
  readonly #ran: Promise<Ran>
  #news: () => void = () => undefined
  #hasEnded = false

  constructor(workshop: Workshop, args: readonly string[], options: ApproverOptions) {
    this.#ran = workshop
      .run(args, {
        ...options,
        meanwhile: async child => {
          if (child.stdout === null) throw new Error('no stdout')
          this.#stop.signal.addEventListener('abort', () => child.kill('SIGTERM'))
          for await (const text of createInterface({ input: child.stdout })) this.#read(text)
        },
      })
      .finally(() => {
        this.#hasEnded = true
        this.#news()
      })
  }

  /** Resolves when it ends by itself. */
  get ended(): Promise<Ran> {
    return this.#ran
  }

  get address(): string {
    return this.lines.find(({ address }) => address !== undefined)?.address ?? ''
  }

  /** Throws if the process ends first. */
  async until(test: () => boolean): Promise<void> {
    while (!test()) {
      if (this.#hasEnded) throw new Error(`it ended: ${JSON.stringify(await this.#ran)}`)
      await new Promise<void>(resolve => {
        this.#news = resolve
      })
    }
  }

  /** Also a second time. */
  stop(): Promise<Ran> {
    this.#stop.abort()
    return this.#ran
  }

  #read(text: string): void {
    const line = JSON.parse(text) as Line
    this.lines.push(line)
    const [name = '', said] = line.message.split(': ')
    if (said !== undefined) this.decided.set(name, [...(this.decided.get(name) ?? []), line])
    this.#news()
  }
}

/** Lets these groups create CertificateSigningRequests, which nodes and bootstrap tokens may in every cluster. */
export async function mayAsk(subject: Subject, groups: readonly string[]): Promise<void> {
  const { admin } = subject
  const metadata = { name: subject.name('may-ask') }
  const rules = [
    {
      apiGroups: ['certificates.k8s.io'],
      resources: ['certificatesigningrequests'],
      verbs: ['create', 'get', 'list', 'watch'],
    },
  ]
  await admin.created(`${RBAC}/clusterroles`, { metadata, rules })
  subject.later(`${RBAC}/clusterroles/${metadata.name}`)
  await admin.created(`${RBAC}/clusterrolebindings`, {
    metadata,
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: metadata.name },
    subjects: groups.map(name => ({ apiGroup: RBAC_GROUP, kind: 'Group', name })),
  })
  subject.later(`${RBAC}/clusterrolebindings/${metadata.name}`)
}

/** Creates a pending request as another user. */
export async function asks(
  subject: Subject,
  name: string,
  { shape = {}, spec = {}, user, group = 'system:nodes', more = '' }: Asked,
): Promise<void> {
  const request = Buffer.from(`${opensslRequest(shape).pem}${more}`).toString('base64')
  subject.later(`${SIGNING_REQUESTS}/${name}`)
  const headers = { 'impersonate-user': user, 'impersonate-group': group }
  const object = signingRequest(name, { request, ...spec })
  const { code, text } = await subject.admin.call('POST', SIGNING_REQUESTS, object, { headers })
  if (code !== 201) throw new Error(`${name}: ${code} ${text}`)
}
