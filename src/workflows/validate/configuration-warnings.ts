// Warnings about what a configuration names and nothing here can meet: emergencies, and clusters without an inventory.
import type { Problem } from '../../domain/problem.ts'
import type { Config } from '../../domain/request/config.ts'
import { isForPending } from '../../domain/request/policy.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { emergencyFault } from '../../core/sink/sink-capabilities.ts'
import { isKubeletSigner } from '../../lib/kubernetes/built-in-signers.ts'
import type { Rules } from './rules-in-force.ts'

/** Policies for requests of kubelets of a cluster that names no inventory, if they approve nothing else anywhere. */
export function withoutInventory({ config, policies }: Rules): readonly Problem[] {
  const isAnyNamed = config.clusters.some(({ nodeInventory }) => nodeInventory !== null)
  return config.clusters.flatMap(({ name, nodeInventory }): readonly Problem[] => {
    const policy = policies?.policies.find(
      ({ selector }) =>
        isForPending(selector) &&
        (selector.clusters?.includes(name) ?? !isAnyNamed) &&
        (selector.signerNames ?? ['*']).every(isKubeletSigner),
    )
    if (nodeInventory !== null || policy === undefined) return []
    return [
      {
        code: 'INVENTORY_MISSING',
        at: placeOf(policy.places, 'spec.selector.signerNames'),
        message: `the cluster ${name} has no nodeInventory, so this policy approves no request of a kubelet there`,
        hint: `write nodeInventory: nodes/${name} below clusters.${name} in ${config.path}`,
      },
    ]
  })
}

/** Requests that no emergency can issue, although the configuration names them. */
export function emergencyWarnings(
  { emergency, places }: Config,
  allowed: () => readonly EffectiveRequest[],
): readonly Problem[] {
  if (emergency === null) return []
  const requests = allowed()
  return emergency.requests.flatMap((name, index) => {
    const found = requests.filter(each => each.name === name)
    const [fault] = found.flatMap(each => emergencyFault(each) ?? [])
    if (found.length > 0 && fault === undefined) return []
    const why =
      fault === undefined
        ? 'there is no request file of this name that a policy allows without a requester'
        : fault.message
    const message = `no emergency can issue ${name}: ${why}`
    const at = placeOf(places, `emergency.requests[${index}]`)
    return [{ code: 'EMERGENCY_REQUEST' as const, at, message, hint: NEEDS_SECRET }]
  })
}

const NEEDS_SECRET = 'name requests with Secrets in the cluster as sinks'
