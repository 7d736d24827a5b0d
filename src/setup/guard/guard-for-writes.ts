// The guard's policy for writes: a user with a guarded grant writes only while that grant is live. It applies to every kind, and costs
// others only the look at their groups. Reads and reviews of the own rights do not reach admission.
import {
  USE_GRANT,
  grantPattern,
  grantPrefix,
  guardedPrefix,
  liveAccountPrefix,
} from '../../domain/cluster/grant.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import { isRecord } from '../../domain/json-text.ts'
import { contains } from '../../lib/kubernetes/object-differences.ts'
import { celString } from './guard-cel.ts'
import {
  guardPolicy,
  policySpec,
  refuseUnless,
  resourceRule,
  signsClients,
} from './guard-policy.ts'
import type { GuardPolicy, GuardRules } from './guard-policy.ts'

export function writesPolicy(installation: Installation): readonly GuardPolicy[] {
  const { owner, cluster, signers } = installation
  if (!signsClients(signers)) return []
  return [guardPolicy(installation, 'writes', writesRules(owner, cluster.recordNamespace))]
}

/** Whether a stored policy refuses what that of an installation does: it has all of its rules, and applies to no less. */
export function refusesWrites(spec: unknown, owner: string, recordNamespace: string): boolean {
  const { validations, ...rest } = policySpec(writesRules(owner, recordNamespace))
  if (!isRecord(spec)) return false
  const { validations: stored, ...others } = spec
  const isThere = (rule: object): boolean =>
    Array.isArray(stored) && stored.some(each => contains(each, rule))
  return contains(others, rest) && validations.every(isThere)
}

/**
 * A grant is live if the service account of its name has the right to use it, which its binding gives. One check costs a third of what
 * an expression may cost, so a user with two grants is refused before any check.
 */
function writesRules(owner: string, recordNamespace: string): GuardRules {
  const [prefix, namespace] = [grantPrefix(owner), celString(recordNamespace)]
  const id = `g.substring(${prefix.length})`
  const { group, resource, verb } = USE_GRANT
  return {
    resourceRules: [resourceRule('*', ['*/*'], ['*'])],
    matchConditions: {
      'guarded-grant': `has(request.userInfo.groups) && request.userInfo.groups.exists(g, g.startsWith(${celString(guardedPrefix(owner))}))`,
    },
    variables: {
      grants: `request.userInfo.groups.filter(g, g.startsWith(${celString(prefix)}))`,
    },
    validations: [
      refuseUnless(
        `variables.grants.size() == 1 && variables.grants.all(g, g.matches(${celString(`^${grantPattern(owner)}$`)}) && authorizer.serviceAccount(${namespace}, ${celString(liveAccountPrefix(owner))} + ${id}).group('${group}').resource('${resource}').namespace(${namespace}).check('${verb}').allowed())`,
        `the grant of this certificate has ended, or was revoked: countersign (${owner}) lets it write nothing`,
      ),
    ],
  }
}
