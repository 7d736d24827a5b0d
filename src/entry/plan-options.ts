// What a plan is made of at a terminal: the person's options, and the kubeconfig where there is no configuration.
import type { PlanOptions } from '../workflows/plan/plan.ts'
import { WHOLE } from '../workflows/plan/run-scope.ts'
import type { Scope } from '../workflows/plan/run-scope.ts'
import type { Context } from './command-context.ts'
import { configOfKubeconfig } from './fallback-config.ts'
import { capabilitiesAtTerminal } from './external-sink-adapters.ts'

export function planOptions(
  context: Context,
  scope: Scope = WHOLE,
  requester: string | null = null,
): PlanOptions {
  const { config, requests, cluster } = context.options
  return {
    config,
    requestFolder: requests,
    cluster,
    scope,
    requester,
    capabilitiesHere: capabilitiesAtTerminal(context),
    fallback: configOfKubeconfig(context),
  }
}
