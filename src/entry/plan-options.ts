// The options of a plan at a terminal. Outside of a repository the kubeconfig serves as configuration.
import type { PlanOptions } from '../workflows/plan/plan.ts'
import { WHOLE } from '../workflows/plan/run-scope.ts'
import type { Scope } from '../workflows/plan/run-scope.ts'
import type { Context } from './command-context.ts'
import { configOutsideRepository } from './fallback-config.ts'
import { capabilitiesAtTerminal } from './external-sink-adapters.ts'

/** Without a requester, rules about the requester count as true, except for `apply`: a plan of the pull request asks them. */
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
    isOfSeveral: requester === null,
    capabilitiesHere: capabilitiesAtTerminal(context),
    fallback: configOutsideRepository(context),
  }
}
