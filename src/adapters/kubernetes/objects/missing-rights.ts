// The rights that this login lacks (authorization.k8s.io/v1), with few calls.
import { z } from 'zod'
import type { Right, RoleRule } from '../../../domain/cluster/grant-binding.ts'
import { grouped } from '../../../domain/lists.ts'
import { allowsRight } from '../../../lib/kubernetes/rule-covers.ts'
import { domainWildcard } from '../../../lib/kubernetes/signer-name.ts'
import type { Asking } from '../http/api-transport.ts'
import { ROLE_RULE } from './grant-bindings.ts'
import { ObjectClient } from './object-client.ts'

const RULES = z.object({ status: z.object({ resourceRules: z.array(ROLE_RULE).default([]) }) })

/**
 * One SelfSubjectRulesReview for each namespace shows the rules of RBAC. Other authorizers may allow more, so `may` is asked once for
 * each verb and resource that no rule allows. `home`: the namespace to ask for rights without one.
 */
export async function missingRights(
  transport: Asking,
  rights: readonly Right[],
  home: string,
  may: (right: Right) => Promise<boolean>,
): Promise<readonly Right[]> {
  const places = grouped(rights.map(right => [right.namespace ?? home, right]))
  const open = await Promise.all(
    [...places].map(async ([namespace, here]) => {
      const rules = await rulesIn(transport, namespace)
      return here.filter(
        right => !waysTo(right).some(way => rules.some(rule => allowsRight(rule, way))),
      )
    }),
  )
  const alike = grouped(open.flat().map(right => [JSON.stringify({ ...right, name: '' }), right]))
  const asked = await Promise.all(
    [...alike.values()].map(async group => {
      const answers = await Promise.all(waysTo(group[0]).map(may))
      return answers.includes(true) ? [] : group
    }),
  )
  return asked.flat()
}

/** A signer may be approved by its name or by its whole domain, and a SelfSubjectAccessReview of one says nothing of the other. */
function waysTo(right: Right): readonly Right[] {
  const isSigner = right.resource === 'signers' && right.name !== undefined
  return isSigner ? [right, { ...right, name: domainWildcard(right.name) }] : [right]
}

async function rulesIn(transport: Asking, namespace: string): Promise<readonly RoleRule[]> {
  const reviews = new ObjectClient(transport, 'SelfSubjectRulesReview')
  const doing = 'ask which rights there are'
  return (await reviews.create({ spec: { namespace } }, RULES, doing)).status.resourceRules
}
