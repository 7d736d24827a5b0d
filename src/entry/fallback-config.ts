// The configuration that is used if there is no countersign.yaml. With --config the file must exist.
import { terminalConfig } from '../core/config/terminal-config.ts'
import type { Config } from '../domain/request/config.ts'
import { visible } from '../lib/source/hidden-characters.ts'
import type { Context } from './command-context.ts'

type Fallback = (() => Promise<Config>) | null

/** For commands that contact no cluster. In a repository they need its configuration. */
export function defaultConfig({
  options,
  isRepository,
}: Pick<Context, 'options' | 'isRepository'>): Fallback {
  return options.isConfigNamed || isRepository ? null : async () => terminalConfig('default')
}

/** For commands that act on the requests of a repository: in one they need its configuration. */
export function configOutsideRepository(context: Context): Fallback {
  return context.isRepository ? null : configOfKubeconfig(context)
}

/** For commands that only need a cluster: the one of the current kubeconfig. */
export function configOfKubeconfig({ options, clusters, terminal }: Context): Fallback {
  if (options.isConfigNamed) return null
  return async () => {
    const { context: name } = await clusters.current()
    terminal.talk(
      `no ${options.config} found: using the context ${visible(name)} of the kubeconfig, without policies`,
    )
    return terminalConfig(name)
  }
}
