// The configuration where --config is not given and its file is not there. If --config is given, the file must be there.
import { terminalConfig } from '../core/config/terminal-config.ts'
import type { Config } from '../domain/request/config.ts'
import { visible } from '../output/terminal/plural-words.ts'
import type { Context } from './command-context.ts'

type Fallback = (() => Promise<Config>) | null

/** For commands that ask no cluster. */
export function defaultConfig({ options }: Pick<Context, 'options'>): Fallback {
  return options.isConfigNamed ? null : async () => terminalConfig('default')
}

/** For commands that ask a cluster: the one of the current kubeconfig. */
export function configOfKubeconfig({ options, clusters, terminal }: Context): Fallback {
  if (options.isConfigNamed) return null
  return async () => {
    const { context: name } = await clusters.current()
    terminal.talk(
      `no ${options.config} here: using the context ${visible(name)} of the kubeconfig; no policy judges`,
    )
    return terminalConfig(name)
  }
}
