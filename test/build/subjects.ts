// Two API servers, one suite: the embedded cluster always, and a real kube-apiserver if COUNTERSIGN_TEST_KUBECONFIG leads to one on
// this machine. Every assertion holds for both.
import { afterAll, beforeAll, describe } from '@jest/globals'
import { ApiClient } from './api-client.ts'
import type { Credential } from './api-client.ts'
import { hasRealSubject, realKubeconfig, realSubject } from './real-subject.ts'
import { sandboxSubject } from './sandbox-subject.ts'

export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
  /** Default: the whole cluster. */
  readonly namespaces?: readonly string[]
}

/** A running API server with its signers. */
export interface Backend {
  readonly server: string
  /** CA of the server's certificate. */
  readonly caPem: string
  /** A login with every right. */
  readonly admin: Credential
  /** A client certificate of a new user with these rights, in effect when the promise resolves. */
  user(name: string, groups: readonly string[], rules: readonly Rule[]): Promise<Credential>
  /** Path of a watch whose resourceVersion is too old. */
  staleWatch(): Promise<string>
  /** Removes the objects of `user` and `staleWatch`, and stops started servers. */
  close(): Promise<void>
}

/** The server under test, as a test sees it. */
export interface Subject {
  readonly backend: Backend
  readonly admin: ApiClient
  /** The namespace of this run; it is deleted at the end. */
  readonly namespace: string
  /** A name that is unique to this run. */
  name(base: string): string
  /** Calls as a new user. */
  as(name: string, groups: readonly string[], rules: readonly Rule[]): Promise<ApiClient>
  /** Calls with this credential; `{}` is anonymous. */
  with(credential: Credential): ApiClient
  /** Removes an object, by its path, when the run ends. */
  later(path: string): void
}

export { hasRealSubject }

/** Describes the same tests for every subject; `subject()` works once the tests run. */
export function describeSubjects(title: string, tests: (subject: () => Subject) => void): void {
  describeEach(subjects(), title, tests)
}

/** The same for one subject: the real kube-apiserver if available. For tests of code above the cluster. */
export function describeTruest(title: string, tests: (subject: () => Subject) => void): void {
  describeEach(subjects().slice(-1), title, tests)
}

function describeEach(
  each: ReturnType<typeof subjects>,
  title: string,
  tests: (subject: () => Subject) => void,
): void {
  describe.each(each)(`$title: ${title}`, ({ start }) => {
    const running: { state: RunningSubject | null } = { state: null }
    beforeAll(async () => {
      running.state = new RunningSubject(await start())
      await running.state.begin()
    })
    afterAll(() => running.state?.end())
    tests(() => {
      if (running.state === null) throw new Error('the subject is not running')
      return running.state
    })
  })
}

/** A subject in a server of the test's own. `end` closes what it started. */
export async function subjectIn(
  backend: Backend,
): Promise<Subject & { readonly end: () => Promise<void> }> {
  const running = new RunningSubject(backend)
  await running.begin()
  return running
}

function subjects(): { title: string; start: () => Promise<Backend> }[] {
  const real = realKubeconfig ?? ''
  const sandbox = { title: 'embedded cluster', start: () => sandboxSubject() }
  if (real !== '') {
    return [sandbox, { title: 'real kube-apiserver', start: () => realSubject(real) }]
  }
  return [sandbox]
}

class RunningSubject implements Subject {
  readonly backend: Backend
  readonly admin: ApiClient
  readonly namespace: string
  readonly #run = `t${process.pid.toString(36)}${Date.now().toString(36)}`
  readonly #clients: ApiClient[] = []
  readonly #leftovers: string[] = []

  constructor(backend: Backend) {
    this.backend = backend
    this.namespace = this.name('ns')
    this.admin = this.with(backend.admin)
  }

  name(base: string): string {
    return `${this.#run}-${base}`
  }

  async begin(): Promise<void> {
    const metadata = { name: this.namespace }
    await this.admin.created('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata,
    })
    this.later(`/api/v1/namespaces/${this.namespace}`)
  }

  async as(name: string, groups: readonly string[], rules: readonly Rule[]): Promise<ApiClient> {
    return this.with(await this.backend.user(name, groups, rules))
  }

  with(credential: Credential): ApiClient {
    const client = new ApiClient(this.backend, credential)
    this.#clients.push(client)
    return client
  }

  later(path: string): void {
    this.#leftovers.push(path)
  }

  async end(): Promise<void> {
    for (const path of this.#leftovers) await this.admin.delete(path)
    for (const client of this.#clients) client.close()
    await this.backend.close()
  }
}
