// Refusals of the calls for bindings of grants, with what helps; their names.
import { failure, refuse, refuseAs } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import { roleInPlaceText } from '../../../domain/request/access.ts'
import type { GrantBinding, WantedBinding } from '../../../ports/grants.ts'
import { shellWord } from '../../../lib/source/shell-word.ts'
import { ESCALATION, apiRefusal, statusMessage } from '../http/api-server-refusal.ts'
import type { Reply } from '../http/api-transport.ts'
import { rightOn } from './object-client.ts'

/** How often a binding that others change meanwhile is tried again. */
export const TRIES = 5
const TERMINATING = 'because it is being terminated'

export type BindingPlace = Pick<GrantBinding, 'name' | 'namespace'>

export function notBound(answer: Reply, wanted: WantedBinding): ReturnType<typeof refuse> {
  const { clusterRole, namespace } = wanted
  const [said = ''] = statusMessage(answer).split(':\n')
  const doing = `bind ${roleInPlaceText(wanted)}`
  if (
    answer.status === 404 ? said.includes(`namespaces "${namespace}"`) : said.includes(TERMINATING)
  ) {
    const hint = `kubectl create namespace ${namespace}`
    return refuseAs('ACCESS_NAMESPACE_MISSING', `could not ${doing}: ${said}`, hint)
  }
  const needs = said.includes(ESCALATION)
    ? rightOn('ClusterRole', 'bind', null, clusterRole)
    : rightOn(kindOf(namespace), 'create', namespace, null)
  const error = apiRefusal({ ...answer, body: { message: said } }, doing, needs)
  if (error.problem.code !== 'CLUSTER_FORBIDDEN') throw error
  return refuse({ ...error.problem, code: 'ACCESS_FORBIDDEN' })
}

export function foreign(place: BindingPlace): ReturnType<typeof refuse> {
  return refuseAs(
    'ACCESS_BINDING_FOREIGN',
    `${placeText(place)} is not as countersign makes it: it has another role or other subjects, or others delete it`,
    `look at it, and delete it if nobody needs it:\n${kubectl('delete', place)}`,
  )
}

export function stuck(place: BindingPlace): ReturnType<typeof refuse> {
  return refuseAs(
    'ACCESS_FINALIZER',
    `a finalizer keeps ${placeText(place)}; it has no subjects, so it gives no access`,
    `take the finalizer away:\n${kubectl('patch', place)} --type merge -p '{"metadata":{"finalizers":null}}'`,
  )
}

export function unsteady(place: BindingPlace): CountersignError {
  const message = `could not delete ${placeText(place)}: others changed it ${TRIES} times meanwhile`
  return failure('CLUSTER_REFUSED', message, 'run it again')
}

function kubectl(verb: string, { name, namespace }: BindingPlace): string {
  const where = namespace === null ? '' : ` --namespace ${namespace}`
  return `kubectl ${verb} ${kindOf(namespace).toLowerCase()}s ${shellWord(name)}${where}`
}

export function placeText({ name, namespace }: BindingPlace): string {
  return `${kindOf(namespace)} ${namespace === null ? '' : `${namespace}/`}${name}`
}

export function kindOf(namespace: string | null): 'ClusterRoleBinding' | 'RoleBinding' {
  return namespace === null ? 'ClusterRoleBinding' : 'RoleBinding'
}
