// What every command starts from: the person's options and the world opened for them.
import { systemClock } from '../adapters/clock.ts'
import { GitPast, WorkTreeFiles } from '../adapters/files.ts'
import { Git } from '../adapters/git.ts'
import { KubernetesClusters } from '../adapters/kubernetes/clusters.ts'
import { nodeKeys } from '../adapters/node-keys.ts'
import { osUser, systemProcesses } from '../adapters/processes.ts'
import { random } from '../adapters/random.ts'
import type { Terminal } from '../adapters/terminal.ts'
import { terminalConfig } from '../config/terminal.ts'
import type { PlanOptions } from '../flow/plan.ts'
import { WHOLE } from '../flow/scope.ts'
import type { Scope } from '../flow/scope.ts'
import type { Clock } from '../ports/clock.ts'
import type { Keys } from '../ports/keys.ts'
import type { Processes } from '../ports/processes.ts'
import type { PastFiles, RepositoryFiles } from '../ports/repository-files.ts'
import { coloured, plain } from '../report/paint.ts'
import { visible } from '../report/words.ts'
import type { Paint } from '../report/paint.ts'
import { waysAtTerminal } from './outlets.ts'

export type OutputFormat = 'text' | 'json' | 'yaml'

/** The global flags, read. */
export interface GlobalOptions {
  readonly config: string
  /** --config was given: then that file must be there. */
  readonly isConfigNamed: boolean
  readonly requests: string | null
  readonly cluster: string | null
  readonly kubeconfig: string | null
  readonly context: string | null
  readonly output: OutputFormat
  readonly verbose: boolean
  readonly color: boolean
}

export interface Context {
  readonly options: GlobalOptions
  readonly terminal: Terminal
  readonly paint: Paint
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder countersign runs in. */
  readonly root: string
  readonly git: Git
  readonly files: RepositoryFiles
  readonly past: PastFiles
  readonly clusters: KubernetesClusters
  readonly clock: Clock
  readonly keys: Keys
  readonly processes: Processes
  readonly osUser: string
  /** CI or GITHUB_ACTIONS is set. */
  readonly isAutomation: boolean
}

export function openContext(
  options: GlobalOptions,
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
): Context {
  const git = new Git(root)
  const isColoured =
    options.color && (environment['NO_COLOR'] ?? '') === '' && terminal.showsResults
  return {
    options,
    terminal,
    paint: isColoured ? coloured : plain,
    environment,
    root,
    git,
    files: new WorkTreeFiles(root, git),
    past: new GitPast(git),
    clusters: new KubernetesClusters({
      environment,
      kubeconfig: options.kubeconfig,
      context: options.context,
      isGithub: false,
      workspace: root,
      clock: systemClock,
      random,
      mask: () => undefined,
    }),
    clock: systemClock,
    keys: nodeKeys,
    processes: systemProcesses(null),
    osUser: osUser(),
    isAutomation: isSet(environment['CI']) || isSet(environment['GITHUB_ACTIONS']),
  }
}

export function planOptions(
  context: Context,
  scope: Scope = WHOLE,
  requester: string | null = null,
): PlanOptions {
  const { config, isConfigNamed, requests, cluster } = context.options
  return {
    config,
    requests,
    cluster,
    scope,
    requester,
    waysHere: waysAtTerminal(context),
    fallback: isConfigNamed
      ? null
      : async () => {
          const { context: name } = await context.clusters.current()
          context.terminal.talk(
            `no ${config} here: using the context ${visible(name)} of the kubeconfig; no policy judges`,
          )
          return terminalConfig(name)
        },
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0'
}
