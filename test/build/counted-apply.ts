// acme with many requests, and apply in code review as the action does it, in this process: for tests that count calls.
import { tmpdir } from 'node:os'
import { githubRepository } from '../../src/adapters/github/read/reviewed-repository-reader.ts'
import type { GithubRepository } from '../../src/adapters/github/read/reviewed-repository-reader.ts'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import { KubernetesClusters } from '../../src/adapters/kubernetes/login/cluster-logins.ts'
import { nodeKeys } from '../../src/adapters/system/node-keys.ts'
import { systemProcesses } from '../../src/adapters/system/process-claims.ts'
import { postComments } from '../../src/entry/outcome-comments.ts'
import { CountersignError } from '../../src/domain/problem.ts'
import { Secret } from '../../src/domain/request/secret-value.ts'
import type { Clock } from '../../src/ports/clock-port.ts'
import { applyReady, readyCommit } from '../../src/workflows/issue/apply-reviewed.ts'
import { noExternalSinks } from './delivery-payload.ts'
import { Acme, MAY_COMMENT, configuration } from './github-run.ts'
import { WORKFLOW_PATH } from './history/usual-files.ts'
import { ownPlace } from './place.ts'

export const TOKEN = 'ghs_calls'
export const LIMITS = { maxIssue: 10_000, maxWithdraw: '100%' }

/** A clock that advances by a fixed time for each finished request, whatever the speed of the machine. */
class WorkClock implements Clock {
  readonly #start = Date.now()
  readonly #millisecondsEach: number
  #done = 0
  #waited = 0

  constructor(millisecondsEach: number) {
    this.#millisecondsEach = millisecondsEach
  }

  now(): Date {
    return new Date(this.#start + this.#waited + this.#done * this.#millisecondsEach)
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(milliseconds, signal)
  }

  tick(): void {
    this.#done++
  }

  wait(seconds: number): void {
    this.#waited += seconds * 1000
  }
}

export type Own = Awaited<ReturnType<typeof ownPlace>>

/** acme with `pulls` merged pull requests that bring `requests` together. */
export async function acmeWith(pulls: number, requests: number): Promise<{ acme: Acme; own: Own }> {
  const own = await ownPlace({ signerDelayMilliseconds: 0 })
  const acme = await Acme.open(own.place, {
    files: { 'countersign.yaml': configuration(own.place, { limits: LIMITS }) },
  })
  acme.github.tokens.set(TOKEN, { as: { app: 'github-actions' }, permissions: MAY_COMMENT })
  const each = requests / pulls
  for (let pull = 1; pull <= pulls; pull++) acme.merges(pull, filesOf(`p${pull}`, each))
  return { acme, own }
}

export function filesOf(prefix: string, count: number): Readonly<Record<string, unknown>> {
  const paths = Array.from({ length: count }, (_, n) => `requests/people/${prefix}-${n}.yaml`)
  return Object.fromEntries(paths.map(path => [path, 'usual']))
}

export function repositoryOf(acme: Acme): GithubRepository {
  const access = {
    apiUrl: acme.url,
    token: new Secret(TOKEN),
    version: '0.0.0',
    membersToken: null,
  }
  return githubRepository({ ...access, repository: 'acme/certs' }, systemClock, () => 0.5)
}

function clustersFor(environment: Readonly<Record<string, string>>): KubernetesClusters {
  return new KubernetesClusters({
    environment,
    kubeconfig: null,
    context: null,
    isGithub: true,
    workspace: tmpdir(),
    clock: systemClock,
    random: () => 0.5,
    mask: () => undefined,
  })
}

/**
 * Proves, issues and comments like the action; `perSecond` is the speed of the signer, and `waitSeconds` the time between the first proof
 * and the first step. Returns the number of issued and renewed requests.
 */
export async function apply(acme: Acme, perSecond = 20, waitSeconds = 0): Promise<number> {
  const repository = repositoryOf(acme)
  const clock = new WorkClock(1000 / perSecond)
  // The first call checks that the run is on the default branch.
  await repository.facts()
  const environment = { KUBECONFIG_PROD: acme.place.kubeconfig }
  const world = {
    repository,
    clock,
    clusters: clustersFor(environment),
    keys: nodeKeys,
    externalSinks: noExternalSinks(),
    processes: systemProcesses('https://github.example.com/acme/certs/actions/runs/1'),
    progress: { begin: () => undefined, step: () => undefined, done: () => clock.tick() },
  }
  const ready = await readyCommit(world, {
    commit: acme.stage.tip('main'),
    config: 'countersign.yaml',
    trustedConfig: await acme.digest(),
    trustedRequests: null,
    workflow: WORKFLOW_PATH,
  })
  if (!ready.ok) throw new CountersignError(ready.problems[0])
  clock.wait(waitSeconds)
  const outcome = await applyReady(ready.value, world, {
    interrupted: new AbortController().signal,
    isByHand: false,
  })
  for (const { cluster } of ready.value.observed) await cluster.close()
  const attempt = <T>(_: string, act: () => Promise<T>): Promise<T> => act()
  await postComments(
    { comments: repository.comments(), links: null, attempt },
    ready.value,
    outcome,
  )
  return outcome.steps.filter(({ kind }) => kind === 'issued').length
}
