// The port Grants: RoleBindings and ClusterRoleBindings of grants (rbac.authorization.k8s.io/v1).
import { z } from 'zod'
import {
  bindingName,
  grantGroup,
  grantOfBinding,
  grantPrefix,
  guardPolicyName,
  isGrantOf,
  REQUEST_ANNOTATION,
} from '../../../domain/cluster/grant.ts'
import {
  CLUSTER_ANNOTATION,
  OWNER_LABEL,
  RECORDS_ANNOTATION,
} from '../../../domain/cluster/record.ts'
import { ok, refuseAs } from '../../../domain/problem.ts'
import type { GrantBinding, Grants, WantedBinding } from '../../../ports/grants.ts'
import {
  clusterRule,
  readAnswer,
  refusingPolicy,
  statusMessage,
} from '../http/api-server-refusal.ts'
import type { NeededRule } from '../http/api-server-refusal.ts'
import type { Answer, Transport } from '../http/api-transport.ts'
import { BINDING, listBindings } from './bindings-of-user.ts'
import type { Binding } from './bindings-of-user.ts'
import {
  foreign,
  kept,
  kindOf,
  notBound,
  pathOf,
  reading,
  refuseUnlessDone,
  RBAC,
  TRIES,
  unsteady,
} from './grant-refusals.ts'
import type { BindingPlace } from './grant-refusals.ts'

const TEXTS = z.array(z.string()).default([])
const RULE = z.object({
  verbs: TEXTS,
  apiGroups: TEXTS,
  resources: TEXTS,
  resourceNames: TEXTS,
  nonResourceURLs: TEXTS,
})
const CLUSTER_ROLE = z.object({ rules: z.array(RULE).nullish() })
const NAMESPACE = z.object({ metadata: z.object({ uid: z.string() }) })
const OBJECT = z.looseObject({ metadata: z.looseObject({}) })

/** Name of the cluster in the configuration, and namespace of its records. */
interface Records {
  readonly cluster: string
  readonly namespace: string
}

export class KubernetesGrants implements Grants {
  readonly #transport: Transport
  readonly #owner: string
  readonly #records: Records

  constructor(transport: Transport, owner: string, records: Records) {
    this.#transport = transport
    this.#owner = owner
    this.#records = records
  }

  async list(): ReturnType<Grants['list']> {
    return listBindings(this.#transport, each => {
      const binding = this.#grantBinding(each)
      return binding.grants.length === 0 ? null : binding
    })
  }

  async bind(
    wanted: WantedBinding,
    look: Parameters<Grants['bind']>[1],
  ): ReturnType<Grants['bind']> {
    const place = {
      name: bindingName(wanted.grant, wanted.clusterRole),
      namespace: wanted.namespace,
    }
    const answer = await this.#write(wanted, [])
    const isOther = answer.status === 409
    if (!isOther && answer.status !== 201) return notBound(answer, wanted)
    const found = isOther
      ? await this.#get(pathOf(place), BINDING, ...reading(place))
      : readAnswer(answer, BINDING, ...reading(place))
    if (found === null) return notBound(answer, wanted)
    if (isAsWanted(found, wanted, 1)) return ok(null)
    if (!isAsWanted(found, wanted, 0)) return foreign(place)
    const looked = await look()
    if (!looked.ok) return looked
    // With the uid, a binding that was deleted meanwhile is not created again.
    const filled = await this.#write(wanted, [wanted.grant], { uid: found.metadata.uid })
    if (filled.status === 200) return ok(null)
    return [404, 409].includes(filled.status) ? foreign(place) : notBound(filled, wanted)
  }

  async unbind(place: BindingPlace): ReturnType<Grants['unbind']> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const wire = await this.#get(pathOf(place), OBJECT, ...reading(place))
      if (wire === null) return ok(attempt === 0 ? 'absent' : 'ended')
      const { metadata, subjects } = BINDING.parse(wire)
      if (metadata.deletionTimestamp === null) await this.#delete(place, metadata.uid)
      else if (subjects.length > 0) await this.#empty(place, wire)
      else return kept(place)
    }
    throw unsteady(place)
  }

  async rulesOf(name: string): ReturnType<Grants['rulesOf']> {
    const needs = { ...clusterRule(RBAC, 'clusterroles', 'get'), name }
    const path = `/apis/${RBAC}/v1/clusterroles/${encodeURIComponent(name)}`
    const found = await this.#get(path, CLUSTER_ROLE, `read the ClusterRole ${name}`, needs)
    return found === null ? null : (found.rules ?? [])
  }

  async namespaceUid(name: string): ReturnType<Grants['namespaceUid']> {
    const needs = { ...clusterRule('', 'namespaces', 'get'), name }
    const path = `/api/v1/namespaces/${encodeURIComponent(name)}`
    const found = await this.#get(path, NAMESPACE, `read the namespace ${name}`, needs)
    return found?.metadata.uid ?? null
  }

  async checkGuard(clusterRole: string): ReturnType<Grants['checkGuard']> {
    const grant = grantGroup(this.#owner, 'a'.repeat(20))
    const asked = { grant, clusterRole, namespace: null, request: 'guard-check' }
    // A group that only the guard refuses: a policy of others against broad subjects says nothing about it.
    const other = `${grantPrefix(this.#owner)}other`
    const answer = await this.#write(asked, [other], { dryRun: 'All' })
    const said = statusMessage(answer)
    if (refusingPolicy(said) === guardPolicyName(this.#owner)) return ok(null)
    const result = answer.status === 201 ? 'the API server would have created it' : said
    return refuseAs(
      'ACCESS_UNGUARDED',
      `the guard did not refuse a ClusterRoleBinding of ${clusterRole} to ${other} in a dry run: ${result}`,
      'apply the guard, which takes effect after some seconds: countersign manifests guard | kubectl apply -f -',
    )
  }

  /** Creates it; with a uid, replaces the one that has it. */
  #write(
    { grant, clusterRole, namespace, request }: WantedBinding,
    subjects: readonly string[],
    { uid, ...query }: Readonly<Partial<Record<'uid' | 'dryRun', string>>> = {},
  ): Promise<Answer> {
    const name = bindingName(grant, clusterRole)
    return this.#transport.ask({
      method: uid === undefined ? 'POST' : 'PUT',
      path: pathOf({ namespace, name: uid === undefined ? '' : name }),
      query,
      body: {
        apiVersion: `${RBAC}/v1`,
        kind: kindOf(namespace),
        metadata: {
          name,
          uid,
          labels: { [OWNER_LABEL]: this.#owner },
          annotations: {
            [REQUEST_ANNOTATION]: request,
            [CLUSTER_ANNOTATION]: this.#records.cluster,
            [RECORDS_ANNOTATION]: this.#records.namespace,
          },
        },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: clusterRole },
        subjects: subjects.map(each => ({ apiGroup: RBAC, kind: 'Group', name: each })),
      },
    })
  }

  /** Null for 404. */
  async #get<T>(
    path: string,
    shape: z.ZodType<T>,
    doing: string,
    needs: NeededRule,
  ): Promise<T | null> {
    const answer = await this.#transport.ask({ method: 'GET', path })
    return answer.status === 404 ? null : readAnswer(answer, shape, doing, needs)
  }

  async #delete(place: BindingPlace, uid: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }
    const path = pathOf(place)
    refuseUnlessDone(await this.#transport.ask({ method: 'DELETE', path, body }), place, 'delete')
  }

  /**
   * A binding that is being deleted still gives access. Kubernetes lets a login change its subjects only if the login may bind the
   * role; its finalizers it may change without.
   */
  async #empty(place: BindingPlace, wire: z.infer<typeof OBJECT>): Promise<void> {
    const put = (body: object): Promise<Answer> =>
      this.#transport.ask({ method: 'PUT', path: pathOf(place), body })
    const emptied = await put({ ...wire, subjects: [] })
    const freed = { ...wire, metadata: { ...wire.metadata, finalizers: [] } }
    refuseUnlessDone(emptied.status === 403 ? await put(freed) : emptied, place, 'update')
  }

  #isOfTheseRecords(annotations: Readonly<Record<string, string>>): boolean {
    const { cluster, namespace } = this.#records
    const { [CLUSTER_ANNOTATION]: on = cluster, [RECORDS_ANNOTATION]: known = namespace } =
      annotations
    return on === cluster && known === namespace
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
      isOfTheseRecords: this.#isOfTheseRecords(metadata.annotations),
      grants: [...new Set([...(named === null ? [] : [named]), ...bound])],
      isExact: subjects.length === 1 && named !== null && bound[0] === named,
      isGranting: subjects.length > 0,
      uid: metadata.uid,
    }
  }
}

function isAsWanted(
  { metadata, roleRef, subjects }: Binding,
  { grant, clusterRole }: WantedBinding,
  count: 0 | 1,
): boolean {
  return (
    metadata.deletionTimestamp === null &&
    roleRef.kind === 'ClusterRole' &&
    roleRef.name === clusterRole &&
    subjects.length === count &&
    subjects.every(({ kind, name }) => kind === 'Group' && name === grant)
  )
}
