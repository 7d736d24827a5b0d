// What every command starts from: the person's options and the world opened for them.
import { systemClock } from '../adapters/system/system-clock.ts'
import { GitPast, WorkTreeFiles } from '../adapters/system/work-tree-files.ts'
import { Git } from '../adapters/system/git-command.ts'
import { KubernetesClusters } from '../adapters/kubernetes/login/cluster-logins.ts'
import { nodeKeys } from '../adapters/system/node-keys.ts'
import { osUser, systemProcesses } from '../adapters/system/process-claims.ts'
import { random } from '../adapters/system/random.ts'
import type { Terminal } from '../adapters/system/terminal-person.ts'
import type { Clock } from '../ports/clock-port.ts'
import type { Keys } from '../ports/keys.ts'
import type { Processes } from '../ports/processes.ts'
import type { PastFiles, RepositoryFiles } from '../ports/repository-files.ts'
import { coloured, plain } from '../output/terminal/terminal-colours.ts'
import type { Paint } from '../output/terminal/terminal-colours.ts'

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

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0'
}
