// What a plan is made of at a terminal: the person's options, and the kubeconfig where there is no configuration.
import { terminalConfig } from '../core/config/terminal-config.ts'
import { visible } from '../output/terminal/plural-words.ts'
import type { PlanOptions } from '../workflows/plan/plan.ts'
import { WHOLE } from '../workflows/plan/run-scope.ts'
import type { Scope } from '../workflows/plan/run-scope.ts'
import type { Context } from './command-context.ts'
import { capabilitiesAtTerminal } from './external-sink-adapters.ts'

export function planOptions(
  context: Context,
  scope: Scope = WHOLE,
  requester: string | null = null,
): PlanOptions {
  const { config, isConfigNamed, requests, cluster } = context.options
  return {
    config,
    requestFolder: requests,
    cluster,
    scope,
    requester,
    capabilitiesHere: capabilitiesAtTerminal(context),
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
