// Values that completion scripts ask for. They are read from files only: completion must not log in, or wait for a network.
import { readKubeconfig } from '../adapters/kubernetes/login/kubeconfig-files.ts'
import { readConfig } from '../workflows/validate/rules-in-force.ts'
import type { Context } from './command-context.ts'
import type { CompletedValue } from './completion-scripts.ts'
import { requestsInCheckout } from './commands/named-requests.ts'

export async function completedValues(
  context: Context,
  what: CompletedValue,
): Promise<readonly string[]> {
  const found = await NAMED[what](context)
  const names = new Set(found.map(({ name }) => name))
  return [...names].filter(name => /^[^\s\p{C}]+$/u.test(name))
}

type Named = readonly { readonly name: string }[]

const NAMED: Readonly<Record<CompletedValue, (context: Context) => Promise<Named>>> = {
  requests: requestsInCheckout,
  clusters: async ({ files, options }) => {
    const config = await readConfig(files, options.config)
    return config.ok ? config.value.clusters : []
  },
  contexts: async ({ environment, options: { kubeconfig: path } }) => {
    const source = { text: null, path, context: null, environment, mayRunPlugins: false }
    return (await readKubeconfig(source)).config.getContexts()
  },
}
