// Refusals of the calls for bindings of grants, with what helps; their paths and names.
import { CountersignError, failure, refuse, refuseAs } from '../../../domain/problem.ts'
import { roleInPlaceText } from '../../../domain/request/access.ts'
import type { GrantBinding, WantedBinding } from '../../../ports/grants.ts'
import { clusterRule, refusal, refusingPolicy, statusMessage } from '../http/api-server-refusal.ts'
import type { NeededRule } from '../http/api-server-refusal.ts'
import type { Answer } from '../http/api-transport.ts'

export const RBAC = 'rbac.authorization.k8s.io'
/** How often a binding that others change meanwhile is tried again. */
export const TRIES = 5
const ESCALATION = 'is attempting to grant RBAC permissions not currently held'
const TERMINATING = 'because it is being terminated'

export type BindingPlace = Pick<GrantBinding, 'name' | 'namespace'>

export function notBound(answer: Answer, wanted: WantedBinding): ReturnType<typeof refuse> {
  const { clusterRole, namespace } = wanted
  const [said = ''] = statusMessage(answer).split(':\n')
  const doing = `bind ${roleInPlaceText(wanted)}`
  const isNoNamespace = answer.status === 404 && said.includes(`namespaces "${namespace}"`)
  if (isNoNamespace || (answer.status === 403 && said.includes(TERMINATING)))
    return refuseAs(
      'ACCESS_NAMESPACE_MISSING',
      `could not ${doing}: ${said}`,
      `kubectl create namespace ${namespace}`,
    )
  if (answer.status === 404)
    return refuseAs(
      'ACCESS_ROLE_UNKNOWN',
      `could not ${doing}: ${said}`,
      'kubectl get clusterroles',
    )
  const needs = said.includes(ESCALATION)
    ? { ...clusterRule(RBAC, 'clusterroles', 'bind'), name: clusterRole }
    : neededFor({ namespace, name: '' }, 'create')
  const { problem } = refusal({ ...answer, body: { message: said } }, doing, needs)
  if (answer.status !== 403 || refusingPolicy(said) !== null) throw new CountersignError(problem)
  return refuse({ ...problem, code: 'ACCESS_FORBIDDEN' })
}

export function foreign(place: BindingPlace): ReturnType<typeof refuse> {
  return refuseAs(
    'ACCESS_BINDING_FOREIGN',
    `${placeText(place)} exists and is not as countersign makes it: it has another role or other subjects, or it is being deleted`,
    `look at it, and delete it if nobody needs it:\n${kubectl('delete', place)}`,
  )
}

export function kept(place: BindingPlace): ReturnType<typeof refuse> {
  return refuseAs(
    'ACCESS_FINALIZER',
    `a finalizer keeps ${placeText(place)}; it has no subjects, so it gives no access`,
    `take the finalizer away:\n${kubectl('patch', place)} --type merge -p '{"metadata":{"finalizers":null}}'`,
  )
}

export function unsteady(doing: string, place: BindingPlace): ReturnType<typeof failure> {
  return failure(
    'CLUSTER_REFUSED',
    `could not ${doing} ${placeText(place)}: others changed it ${TRIES} times meanwhile`,
    'run it again',
  )
}

function kubectl(verb: string, { name, namespace }: BindingPlace): string {
  const where = namespace === null ? '' : ` --namespace ${namespace}`
  return `kubectl ${verb} ${pluralOf(namespace)} '${name}'${where}`
}

export function placeText({ name, namespace }: BindingPlace): string {
  return `${kindOf(namespace)} ${namespace === null ? '' : `${namespace}/`}${name}`
}

export function kindOf(namespace: string | null): string {
  return namespace === null ? 'ClusterRoleBinding' : 'RoleBinding'
}

function pluralOf(namespace: string | null): string {
  return `${kindOf(namespace).toLowerCase()}s`
}

/** The path of a binding, or of all in its place if it has no name. */
export function pathOf({ name, namespace }: BindingPlace): string {
  const within = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  const one = name === '' ? '' : `/${encodeURIComponent(name)}`
  return `/apis/${RBAC}/v1${within}/${pluralOf(namespace)}${one}`
}

export function neededFor({ namespace }: BindingPlace, verb: string): NeededRule {
  return { ...clusterRule(RBAC, pluralOf(namespace), verb), namespace }
}
