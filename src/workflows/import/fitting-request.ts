// A new request in the folder that fits it, with the values of a policy where neither a flag nor a default gives one.
import type { Policy } from '../../domain/request/policy.ts'
import { filledRequest } from '../../core/config/merge-defaults.ts'
import type { Filled } from '../../core/config/merge-defaults.ts'
import { readRequest } from '../../core/request/parse-request.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { newRequestText } from '../../output/request-file/new-request-yaml.ts'
import type { NewRequest } from '../../output/request-file/new-request-yaml.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { requestFileOf } from './create-request.ts'
import { foldersIn, isAllowed } from './fitting-folder.ts'

const KINDS = ['people', 'robots', 'services'] as const

/**
 * The first folder in which a policy allows the request, and the request with what that policy adds: the folder of its kind, then those
 * of defaults and policies that are of no other kind. Null if there is none.
 */
export function fitRequest(
  request: NewRequest,
  kind: (typeof KINDS)[number],
  rules: Rules,
  now: Date,
): { readonly folder: string; readonly request: NewRequest } | null {
  const { config } = rules
  const policies = rules.policies?.policies ?? []
  const isOther = (folder: string): boolean =>
    KINDS.some(each => folder === `${config.requests}/${each}`)
  const others = foldersIn(rules).filter(folder => !isOther(folder))
  for (const folder of [`${config.requests}/${kind}`, ...others])
    for (const policy of policies) {
      const place = { path: `${folder}/${request.name}.yaml`, blobOf: () => '' }
      const read = (made: NewRequest) =>
        readRequest(requestFileOf(newRequestText(made, null), place), null)
      const asked = read(request)
      if (!asked.ok) return null
      const completed = completedBy(policy, request, filledRequest(asked.value, config))
      const whole = read(completed)
      if (whole.ok && isAllowed(whole.value, rules, now)) return { folder, request: completed }
    }
  return null
}

/** Only values that the policy names. A program needs no server certificate, and a service does not log in. */
function completedBy(
  { selector, allowed, constraints: { maxDuration }, sinks, access }: Policy,
  request: NewRequest,
  { spec, namespace }: Filled,
): NewRequest {
  const isService = request.dnsNames.length > 0
  const other = isService ? 'client auth' : 'server auth'
  const [signerName, more] = selector.signerNames ?? []
  const secret = sinks.find(sink => sink.kind === 'secret')
  const place = secret?.namespaces.find(isExact)
  const name = (secret?.names?.[0] ?? '*-tls').replace('*', request.name)
  const hasRights = isService || request.groups.length > 0 || request.access.length > 0
  const roles = access.flatMap(({ clusterRoles, namespaces }) => {
    const where = namespaces?.find(isExact)
    return clusterRoles.flatMap(role =>
      where === undefined ? [] : [{ clusterRole: role, namespaces: [where] as const }],
    )
  })
  // Which other role is smaller is not known.
  const smallest =
    roles.length === 1
      ? roles
      : roles.filter(({ clusterRole }) => clusterRole === 'view').slice(0, 1)
  return {
    ...request,
    access: hasRights ? request.access : smallest,
    more: {
      ...(spec.signerName === null &&
        more === undefined &&
        signerName !== undefined && { signerName }),
      ...(spec.usages === null && { usages: allowed.usages.filter(each => each !== other) }),
      ...(spec.duration === null &&
        maxDuration !== null && { duration: formatDuration(maxDuration) }),
      ...(spec.sinks === null &&
        namespace === null &&
        isExact(place) && { sinks: [{ secret: { namespace: place, name } }] }),
    },
  }
}

function isExact(value: string | undefined): value is string {
  return value !== undefined && !value.includes('*')
}
