// What every command starts from: the options of the person, and the ports opened for them.
import { visible } from '../lib/source/hidden-characters.ts'
import { resolve } from 'node:path'
import { findRoot, pathFrom } from '../adapters/system/configuration-root.ts'
import { systemClock } from '../adapters/system/system-clock.ts'
import { gitPast, workTreeFiles } from '../adapters/system/work-tree-files.ts'
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
import type { Texts } from './flags/flag-values.ts'
import { paintFor } from '../output/terminal/terminal-colours.ts'
import type { Paint } from '../output/terminal/terminal-colours.ts'

export type OutputFormat = 'text' | 'json' | 'yaml'

/** The global flags as they were given. */
export interface GlobalOptions extends Texts<
  'config' | 'requests' | 'cluster' | 'kubeconfig' | 'context'
> {
  /** Name of the command. */
  readonly command: string
  readonly output: OutputFormat
  /** The word after --output: that, or a form of text that one command has. */
  readonly format: string
  readonly verbose: boolean
  readonly color: boolean
}

/** The global flags with paths relative to the root of the context. */
export interface ContextOptions extends GlobalOptions {
  readonly config: string
  /** --config was given: then that file must exist. */
  readonly isConfigNamed: boolean
}

export interface Context {
  readonly options: ContextOptions
  readonly terminal: Terminal
  readonly paint: Paint
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder countersign runs in. Paths in arguments and flags are relative to it. */
  readonly folder: string
  /** The folder of the configuration, at or above `folder`. Paths of files in the repository are relative to it. */
  readonly root: string
  /** The folder is in a git work tree. */
  readonly isRepository: boolean
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
  /** While it is true nothing was started, and the first Ctrl-C ends every command. */
  readonly phase: { isReading: boolean }
  /** The person pressed Ctrl-C. */
  readonly interrupted: AbortSignal
  readonly loadSandbox: LoadSandbox
}

/** Where the embedded cluster comes from: only `cli.ts` may import it. */
export type LoadSandbox = () => Promise<
  (
    options: { readonly port: number; readonly kubeconfig: string | null },
    say: (text: string) => void,
    signal: AbortSignal,
  ) => Promise<void>
>

export function openContext(
  given: GlobalOptions,
  process: Pick<
    Context,
    'terminal' | 'environment' | 'folder' | 'phase' | 'interrupted' | 'loadSandbox'
  >,
): Context {
  const { terminal, environment, folder } = process
  const { root, config, isRepository } = findRoot(folder, given.config)
  const requests = given.requests === null ? null : pathFrom(root, resolve(folder, given.requests))
  const options = { ...given, config, requests, isConfigNamed: given.config !== null }
  const isAutomation = isSet(environment['CI']) || isSet(environment['GITHUB_ACTIONS'])
  const git = new Git(root)
  return {
    ...process,
    options,
    paint: paintFor({ environment, color: given.color, isTerminal: terminal.showsResults }),
    root,
    isRepository,
    git,
    files: workTreeFiles(root, git),
    past: gitPast(git),
    clusters: new KubernetesClusters({
      environment,
      kubeconfig: given.kubeconfig,
      context: given.context,
      command: given.command,
      isGithub: false,
      isAutomation,
      workspace: root,
      clock: systemClock,
      random,
      reportCurrent: isAutomation
        ? undefined
        : saidOnce(text => given.verbose && terminal.talk(text)),
      mask: () => undefined,
    }),
    clock: systemClock,
    keys: nodeKeys,
    processes: systemProcesses(null),
    osUser: osUser(),
    isAutomation,
  }
}

/** Some commands log in to a cluster several times. Its server and CA are pinned, so only a curious reader needs this. */
function saidOnce(talk: (text: string) => unknown): (cluster: string, variable: string) => void {
  const said = new Set<string>()
  return (cluster, variable) => {
    const text = `${visible(cluster)}: using the login of the current kubeconfig, because ${variable} is not set`
    if (!said.has(text)) talk(text)
    said.add(text)
  }
}

/** A path from an argument or a flag, relative to the root; `''` for the root itself. */
export function inRoot({ folder, root }: Pick<Context, 'folder' | 'root'>, path: string): string {
  return pathFrom(root, resolve(folder, path))
}

/** A path relative to the root as a person has to type it. */
export function asTyped({ folder, root }: Pick<Context, 'folder' | 'root'>, path: string): string {
  return pathFrom(folder, resolve(root, path))
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0'
}
