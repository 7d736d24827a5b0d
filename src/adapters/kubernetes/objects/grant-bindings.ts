// The port Grants: RoleBindings and ClusterRoleBindings of grants (rbac.authorization.k8s.io/v1).
import { z } from 'zod'
import {
  grantGroup,
  grantPrefix,
  guardPolicyName,
  isGrantOf,
  liveAccount,
  liveAccountPrefix,
  REQUEST_ANNOTATION,
  USE_GRANT,
} from '../../../domain/cluster/grant.ts'
import { bindingName, grantOfBinding } from '../../../domain/cluster/grant-binding.ts'
import {
  CLUSTER_ANNOTATION,
  OWNER_LABEL,
  RECORDS_ANNOTATION,
} from '../../../domain/cluster/record.ts'
import { isLiveRole } from '../../../domain/request/access.ts'
import { ok, refuseAs } from '../../../domain/problem.ts'
import { installCommand } from '../../../lib/source/shell-word.ts'
import type { PastedCluster } from '../../../lib/source/shell-word.ts'
import type { GrantBinding, Grants, WantedBinding } from '../../../ports/grants.ts'
import { readAnswer, apiRefusal, statusMessage } from '../http/api-server-refusal.ts'
import type { Reply, Asking } from '../http/api-transport.ts'
import { BINDING, listBindings } from './bindings-of-user.ts'
import type { Binding } from './bindings-of-user.ts'
import { foreign, stuck, kindOf, notBound, placeText, TRIES, unsteady } from './grant-refusals.ts'
import type { BindingPlace } from './grant-refusals.ts'
import { refusingPolicy } from '../http/admission-refusal.ts'
import { ObjectClient } from './object-client.ts'

const RBAC = 'rbac.authorization.k8s.io'
const TEXTS = z.array(z.string()).default([])
export const ROLE_RULE = z.object({
  verbs: TEXTS,
  apiGroups: TEXTS,
  resources: TEXTS,
  resourceNames: TEXTS,
  nonResourceURLs: TEXTS,
})
const CLUSTER_ROLE = z.object({ rules: z.array(ROLE_RULE).nullish() })
const NAMESPACE = z.object({ metadata: z.object({ uid: z.string() }) })
const OBJECT = z.looseObject({ metadata: z.looseObject({}) })
const REVIEW = z.object({ status: z.object({ allowed: z.boolean() }) })
/** An API server knows of a deleted binding after some milliseconds. */
const LIVE_TRIES = 50

/** A cluster, and the namespace of its records. */
interface Records extends PastedCluster {
  readonly namespace: string
}

export function kubernetesGrants(transport: Asking, owner: string, records: Records): Grants {
  return {
    async list() {
      return listBindings(transport, each => {
        const binding = grantBinding(each)
        return binding.grants.length === 0 ? null : binding
      })
    },

    async bind(wanted, look) {
      const place = {
        name: bindingName(wanted.grant, wanted.clusterRole),
        namespace: wanted.namespace,
      }
      const answer = await write(wanted, [])
      const isOther = answer.status === 409
      if (!isOther && answer.status !== 201) return notBound(answer, wanted)
      const bindings = at(place)
      const doing = `read ${placeText(place)}`
      const found = isOther
        ? await bindings.read(place.name, BINDING, doing)
        : readAnswer(answer, BINDING, doing, bindings.needs('get'))
      if (found === null) return notBound(answer, wanted)
      if (isAsWanted(found, wanted, 1)) return ok(null)
      if (!isAsWanted(found, wanted, 0)) return foreign(place)
      const looked = await look()
      if (!looked.ok) return looked
      // With the uid, a binding that was deleted meanwhile is not created again.
      const filled = await write(wanted, [wanted.grant], { uid: found.metadata.uid })
      if (filled.status === 200) return ok(null)
      return [404, 409].includes(filled.status) ? foreign(place) : notBound(filled, wanted)
    },

    async unbind(place) {
      const { name } = place
      const bindings = at(place)
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const wire = await bindings.read(name, OBJECT, `read ${placeText(place)}`)
        if (wire === null) return ok(attempt === 0 ? 'absent' : 'ended')
        const { metadata, subjects } = BINDING.parse(wire)
        const { uid } = metadata
        if (metadata.deletionTimestamp === null)
          await bindings.remove(name, { uid }, `delete ${placeText(place)}`, false)
        else if (subjects.length > 0) await empty(place, wire)
        else return stuck(place)
      }
      throw unsteady(place)
    },

    async isLive(grant) {
      const { name, namespace } = accountOf(grant)
      const accounts = 'system:serviceaccounts'
      const groups = [accounts, `${accounts}:${namespace}`, 'system:authenticated']
      const resourceAttributes = { ...USE_GRANT, namespace }
      const spec = {
        user: `system:serviceaccount:${namespace}:${name}`,
        groups,
        resourceAttributes,
      }
      const reviews = new ObjectClient(transport, 'SubjectAccessReview')
      for (let attempt = 0; attempt < LIVE_TRIES; attempt++) {
        const answer = await reviews.ask('POST', { body: reviews.wire({ spec }) })
        if (answer.status === 403) return null
        const doing = `ask whether ${grant} is live`
        if (!readAnswer(answer, REVIEW, doing, reviews.needs('create')).status.allowed) return false
      }
      return true
    },

    async rulesOf(name) {
      const roles = new ObjectClient(transport, 'ClusterRole')
      const found = await roles.read(name, CLUSTER_ROLE, `read the ClusterRole ${name}`)
      return found === null ? null : (found.rules ?? [])
    },

    async namespaceUid(name) {
      const namespaces = new ObjectClient(transport, 'Namespace')
      const found = await namespaces.read(name, NAMESPACE, `read the namespace ${name}`)
      return found?.metadata.uid ?? null
    },

    async checkGuard(clusterRole) {
      const grant = grantGroup(owner, 'a'.repeat(20))
      const asked = { grant, clusterRole, namespace: null, request: 'guard-check' }
      // A group that only the guard refuses: a policy of others against broad subjects says nothing about it.
      const other = `${grantPrefix(owner)}other`
      const answer = await write(asked, [other], { dryRun: 'All' })
      const said = statusMessage(answer)
      if (refusingPolicy(said) === guardPolicyName(owner)) return ok(null)
      const result = answer.status === 201 ? 'the API server would have created it' : said
      return refuseAs(
        'ACCESS_UNGUARDED',
        `the guard did not refuse a ClusterRoleBinding of ${clusterRole} to ${other} in a dry run: ${result}`,
        `apply the guard, which takes effect after some seconds: ${installCommand('guard', records)}`,
      )
    },
  }

  /** Creates it; with a uid, replaces the one that has it. */
  function write(
    { grant, clusterRole, namespace, request }: WantedBinding,
    subjects: readonly string[],
    { uid, ...query }: Readonly<Partial<Record<'uid' | 'dryRun', string>>> = {},
  ): Promise<Reply> {
    const name = bindingName(grant, clusterRole)
    const bindings = at({ namespace, name })
    const body = bindings.wire({
      metadata: {
        name,
        uid,
        labels: { [OWNER_LABEL]: owner },
        annotations: {
          [REQUEST_ANNOTATION]: request,
          [CLUSTER_ANNOTATION]: records.name,
          [RECORDS_ANNOTATION]: records.namespace,
        },
      },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: clusterRole },
      subjects: subjects.map(each =>
        isLiveRole(clusterRole) ? accountOf(each) : { apiGroup: RBAC, kind: 'Group', name: each },
      ),
    })
    return uid === undefined
      ? bindings.ask('POST', { query, body })
      : bindings.ask('PUT', { name, query, body })
  }

  function at({ namespace }: BindingPlace): ObjectClient {
    return new ObjectClient(transport, kindOf(namespace), namespace)
  }

  /**
   * A binding that is being deleted still gives access. Kubernetes lets a login change its subjects only if the login may bind the
   * role; its finalizers it may change without.
   */
  async function empty(place: BindingPlace, wire: z.infer<typeof OBJECT>): Promise<void> {
    const { name } = place
    const bindings = at(place)
    const emptied = await bindings.ask('PUT', { name, body: { ...wire, subjects: [] } })
    const freed = { ...wire, metadata: { ...wire.metadata, finalizers: [] } }
    const done = emptied.status === 403 ? await bindings.ask('PUT', { name, body: freed }) : emptied
    // After 404 and 409 the binding is read again.
    if (![200, 202, 404, 409].includes(done.status))
      throw apiRefusal(done, `update ${placeText(place)}`, bindings.needs('update'))
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
      subjects.every(each => grantOfSubject(each) === grant)
    )
  }

  /** The subject that makes a grant live: the guard asks about this account, which does not exist. */
  function accountOf(grant: string) {
    const { namespace } = records
    return { kind: 'ServiceAccount', namespace, name: liveAccount(owner, grant) }
  }

  /** The grant that is bound for this subject, null for another. */
  function grantOfSubject({ kind, name, namespace }: Binding['subjects'][number]): string | null {
    if (kind === 'Group') return isGrantOf(owner, name) ? name : null
    if (kind !== 'ServiceAccount' || namespace !== records.namespace) return null
    const grant = `${grantPrefix(owner)}${name.slice(liveAccountPrefix(owner).length)}`
    return name === liveAccount(owner, grant) && isGrantOf(owner, grant) ? grant : null
  }

  function isOfTheseRecords(annotations: Readonly<Record<string, string>>): boolean {
    const { name: cluster, namespace } = records
    const { [CLUSTER_ANNOTATION]: on = cluster, [RECORDS_ANNOTATION]: known = namespace } =
      annotations
    return on === cluster && known === namespace
  }

  function grantBinding({ metadata, roleRef, subjects }: Binding): GrantBinding {
    const named = grantOfBinding(owner, metadata.name)
    const bound = subjects.flatMap(each => grantOfSubject(each) ?? [])
    return {
      name: metadata.name,
      namespace: metadata.namespace === '' ? null : metadata.namespace,
      clusterRole:
        roleRef.kind === 'ClusterRole' ? roleRef.name : `${roleRef.kind} ${roleRef.name}`,
      request: metadata.annotations[REQUEST_ANNOTATION] ?? null,
      isOfTheseRecords: isOfTheseRecords(metadata.annotations),
      grants: [...new Set([...(named === null ? [] : [named]), ...bound])],
      isExact: subjects.length === 1 && named !== null && bound[0] === named,
      isGranting: subjects.length > 0,
      uid: metadata.uid,
    }
  }
}
