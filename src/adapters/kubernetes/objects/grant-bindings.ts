// The port Grants: RoleBindings and ClusterRoleBindings of grants (rbac.authorization.k8s.io/v1).
import { z } from 'zod'
import {
  bindingName,
  grantGroup,
  grantOfBinding,
  isGrantOf,
  REQUEST_ANNOTATION,
} from '../../../domain/cluster/grant.ts'
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import { ok, refuseAs } from '../../../domain/problem.ts'
import type { GrantBinding, Grants, WantedBinding } from '../../../ports/grants.ts'
import {
  clusterRule,
  readAnswer,
  refusal,
  refusingPolicy,
  statusMessage,
} from '../http/api-server-refusal.ts'
import type { Answer, Transport } from '../http/api-transport.ts'
import { listBindings, readBinding } from './bindings-of-user.ts'
import type { Binding } from './bindings-of-user.ts'
import {
  foreign,
  kept,
  kindOf,
  neededFor,
  notBound,
  pathOf,
  placeText,
  RBAC,
  TRIES,
  unsteady,
} from './grant-refusals.ts'
import type { BindingPlace } from './grant-refusals.ts'

/** Everybody: the subject that a guard has to refuse. */
const EVERYBODY = 'system:authenticated'

const TEXTS = z
  .array(z.string())
  .nullish()
  .transform(texts => texts ?? [])
const RULE = z.object({
  verbs: TEXTS,
  apiGroups: TEXTS,
  resources: TEXTS,
  resourceNames: TEXTS,
  nonResourceURLs: TEXTS,
})
const CLUSTER_ROLE = z.object({ rules: z.array(RULE).nullish() })
const METADATA = z.object({ metadata: z.record(z.string(), z.unknown()) })
const NAMESPACE = z.object({ metadata: z.object({ uid: z.string() }) })

export class KubernetesGrants implements Grants {
  readonly #transport: Transport
  readonly #owner: string

  constructor(transport: Transport, owner: string) {
    this.#transport = transport
    this.#owner = owner
  }

  async list(): ReturnType<Grants['list']> {
    const all = await listBindings(this.#transport)
    return all.map(each => this.#grantBinding(each)).filter(({ grants }) => grants.length > 0)
  }

  async bind(wanted: WantedBinding): ReturnType<Grants['bind']> {
    const place = {
      name: bindingName(wanted.grant, wanted.clusterRole),
      namespace: wanted.namespace,
    }
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const answer = await this.#create(wanted, wanted.grant)
      if (answer.status === 201) return ok(null)
      if (answer.status !== 409) return notBound(answer, wanted)
      const found = await this.#read(place)
      if (found !== null) return isAsWanted(found.binding, wanted) ? ok(null) : foreign(place)
    }
    throw unsteady('create', place)
  }

  async unbind({ name, namespace }: BindingPlace): ReturnType<Grants['unbind']> {
    const place = { name, namespace }
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const found = await this.#read(place)
      if (found === null) return ok(null)
      const { metadata, subjects } = found.binding
      if (metadata.deletionTimestamp === null) await this.#delete(place, metadata.uid)
      else if (subjects.length > 0) await this.#empty(place, found.wire)
      else return kept(place)
    }
    throw unsteady('delete', place)
  }

  async rulesOf(name: string): ReturnType<Grants['rulesOf']> {
    const needs = { ...clusterRule(RBAC, 'clusterroles', 'get'), name }
    const path = `/apis/${RBAC}/v1/clusterroles/${encodeURIComponent(name)}`
    const answer = await this.#transport.ask({ method: 'GET', path })
    if (answer.status === 404) return null
    return readAnswer(answer, CLUSTER_ROLE, `read the ClusterRole ${name}`, needs).rules ?? []
  }

  async namespaceUid(name: string): ReturnType<Grants['namespaceUid']> {
    const needs = { ...clusterRule('', 'namespaces', 'get'), name }
    const path = `/api/v1/namespaces/${encodeURIComponent(name)}`
    const answer = await this.#transport.ask({ method: 'GET', path })
    if (answer.status === 404) return null
    return readAnswer(answer, NAMESPACE, `read the namespace ${name}`, needs).metadata.uid
  }

  async checkGuard(clusterRole: string): ReturnType<Grants['checkGuard']> {
    const grant = grantGroup(this.#owner, 'a'.repeat(20))
    const asked = { grant, clusterRole, namespace: null, request: 'guard-check' }
    const answer = await this.#create(asked, EVERYBODY, { dryRun: 'All' })
    const said = statusMessage(answer)
    if (refusingPolicy(said) !== null) return ok(null)
    const result = answer.status === 201 ? 'the API server would have created it' : said
    return refuseAs(
      'ACCESS_UNGUARDED',
      `the guard did not refuse a ClusterRoleBinding of ${clusterRole} to ${EVERYBODY} in a dry run: ${result}`,
      'apply the guard: countersign manifests guard | kubectl apply -f -',
    )
  }

  #create(
    { grant, clusterRole, namespace, request }: WantedBinding,
    subject: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.#transport.ask({
      method: 'POST',
      path: pathOf({ namespace, name: '' }),
      query,
      body: {
        apiVersion: `${RBAC}/v1`,
        kind: kindOf(namespace),
        metadata: {
          name: bindingName(grant, clusterRole),
          labels: { [OWNER_LABEL]: this.#owner },
          annotations: { [REQUEST_ANNOTATION]: request },
        },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: clusterRole },
        subjects: [{ apiGroup: RBAC, kind: 'Group', name: subject }],
      },
    })
  }

  async #read(
    place: BindingPlace,
  ): Promise<{ readonly binding: Binding; readonly wire: unknown } | null> {
    const answer = await this.#transport.ask({ method: 'GET', path: pathOf(place) })
    if (answer.status === 404) return null
    const doing = `read ${placeText(place)}`
    const wire = readAnswer(answer, z.unknown(), doing, neededFor(place, 'get'))
    return { binding: readBinding(wire, doing), wire }
  }

  async #delete(place: BindingPlace, uid: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }
    const answer = await this.#transport.ask({ method: 'DELETE', path: pathOf(place), body })
    if (![200, 202, 404, 409].includes(answer.status))
      throw refusal(answer, `delete ${placeText(place)}`, neededFor(place, 'delete'))
  }

  /**
   * A binding that is being deleted still gives access. Kubernetes lets a login change its subjects only if the login may bind the
   * role; its finalizers it may change without.
   */
  async #empty(place: BindingPlace, wire: unknown): Promise<void> {
    const { metadata } = METADATA.parse(wire)
    const put = (change: object): Promise<Answer> =>
      this.#transport.ask({
        method: 'PUT',
        path: pathOf(place),
        body: { ...Object(wire), ...change },
      })
    const emptied = await put({ subjects: [] })
    const answer =
      emptied.status === 403 ? await put({ metadata: { ...metadata, finalizers: [] } }) : emptied
    if (![200, 404, 409].includes(answer.status))
      throw refusal(answer, `end ${placeText(place)}`, neededFor(place, 'update'))
  }

  #grantBinding({ metadata, roleRef, subjects }: Binding): GrantBinding {
    const named = grantOfBinding(this.#owner, metadata.name)
    const bound = subjects
      .filter(({ kind, name }) => kind === 'Group' && isGrantOf(this.#owner, name))
      .map(({ name }) => name)
    return {
      name: metadata.name,
      namespace: metadata.namespace === '' ? null : metadata.namespace,
      clusterRole:
        roleRef.kind === 'ClusterRole' ? roleRef.name : `${roleRef.kind} ${roleRef.name}`,
      request: metadata.annotations[REQUEST_ANNOTATION] ?? null,
      grants: [...new Set([...(named === null ? [] : [named]), ...bound])],
      isGranting: subjects.length > 0,
      uid: metadata.uid,
    }
  }
}

function isAsWanted(
  { metadata, roleRef, subjects }: Binding,
  { grant, clusterRole }: WantedBinding,
): boolean {
  const [subject, ...others] = subjects
  return (
    metadata.deletionTimestamp === null &&
    roleRef.kind === 'ClusterRole' &&
    roleRef.name === clusterRole &&
    subject?.kind === 'Group' &&
    subject.name === grant &&
    others.length === 0
  )
}
