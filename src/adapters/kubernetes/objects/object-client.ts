// The objects of one kind at an API server, in one namespace or in all: their path, the right that a call needs, and what its answer
// means.
import type { z } from 'zod'
import type { Right } from '../../../domain/cluster/grant-binding.ts'
import { demandGone, readAnswer, apiRefusal } from '../http/api-server-refusal.ts'
import type { Reply, Asking, Call } from '../http/api-transport.ts'
import { listAll } from '../http/paged-list.ts'
import type { ListCall, Listed } from '../http/paged-list.ts'

const RBAC = 'rbac.authorization.k8s.io'
const ADMISSION = 'admissionregistration.k8s.io'

/** Kind → API group and resource. */
const RESOURCES = {
  ConfigMap: ['', 'configmaps'],
  Namespace: ['', 'namespaces'],
  Node: ['', 'nodes'],
  Pod: ['', 'pods'],
  Secret: ['', 'secrets'],
  ServiceAccount: ['', 'serviceaccounts'],
  ClusterRole: [RBAC, 'clusterroles'],
  ClusterRoleBinding: [RBAC, 'clusterrolebindings'],
  Role: [RBAC, 'roles'],
  RoleBinding: [RBAC, 'rolebindings'],
  ValidatingAdmissionPolicy: [ADMISSION, 'validatingadmissionpolicies'],
  ValidatingAdmissionPolicyBinding: [ADMISSION, 'validatingadmissionpolicybindings'],
  CertificateSigningRequest: ['certificates.k8s.io', 'certificatesigningrequests'],
  Event: ['events.k8s.io', 'events'],
  Lease: ['coordination.k8s.io', 'leases'],
  SelfSubjectReview: ['authentication.k8s.io', 'selfsubjectreviews'],
  SelfSubjectAccessReview: ['authorization.k8s.io', 'selfsubjectaccessreviews'],
  SelfSubjectRulesReview: ['authorization.k8s.io', 'selfsubjectrulesreviews'],
  SubjectAccessReview: ['authorization.k8s.io', 'subjectaccessreviews'],
} as const

export type Kind = keyof typeof RESOURCES

/** countersign gets rights on single objects of these kinds, on all objects of the others. */
const SINGLE: readonly Kind[] = ['Secret', 'ClusterRole', 'Namespace']

export interface ObjectCall extends Omit<Call, 'method' | 'path'> {
  /** Absent for all objects. */
  readonly name?: string
  /** For example `approval`. */
  readonly subresource?: string
}

export class ObjectClient {
  readonly #transport: Asking
  readonly #kind: Kind
  readonly #namespace: string | null

  constructor(transport: Asking, kind: Kind, namespace: string | null = null) {
    this.#transport = transport
    this.#kind = kind
    this.#namespace = namespace
  }

  /** Returns the answer, whatever its status. */
  ask(method: Call['method'], { name, subresource, ...call }: ObjectCall = {}): Promise<Reply> {
    const below = [name, subresource].flatMap(part =>
      part === undefined ? [] : `/${encodeURIComponent(part)}`,
    )
    return this.#transport.ask({ method, path: `${this.path()}${below.join('')}`, ...call })
  }

  /** The right to a verb on the object of that name, on all of the kind without it. */
  needs(verb: string, name: string | null = null): Right {
    return rightOn(this.#kind, verb, this.#namespace, name)
  }

  /** An object with these members. */
  wire(members: object): object {
    const [group] = RESOURCES[this.#kind]
    return { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind: this.#kind, ...members }
  }

  /** Returns null for 404. */
  async read<T>(name: string, shape: z.ZodType<T>, doing: string): Promise<T | null> {
    const answer = await this.ask('GET', { name })
    return answer.status === 404 ? null : readAnswer(answer, shape, doing, this.#one('get', name))
  }

  /** Returns `hidden` for 403, null for 404. */
  async look<T>(name: string, shape: z.ZodType<T>, doing: string): Promise<T | 'hidden' | null> {
    const answer = await this.ask('GET', { name })
    if (answer.status === 404) return null
    if (answer.status === 403) return 'hidden'
    return readAnswer(answer, shape, doing, this.needs('get', name))
  }

  async create<T>(members: object, shape: z.ZodType<T>, doing: string): Promise<T> {
    const answer = await this.ask('POST', { body: this.wire(members) })
    return readAnswer(answer, shape, doing, this.needs('create'))
  }

  /** Creates the object, or replaces the version in `metadata`. Null if it was created, changed or deleted meanwhile. */
  async write<T>(
    object: {
      readonly metadata: { readonly name: string; readonly resourceVersion?: string }
    } & object,
    shape: z.ZodType<T>,
    doing: string,
  ): Promise<T | null> {
    const { name, resourceVersion } = object.metadata
    const isNew = resourceVersion === undefined
    const body = this.wire(object)
    const answer = await (isNew ? this.ask('POST', { body }) : this.ask('PUT', { name, body }))
    if (answer.status === 409 || (answer.status === 404 && !isNew)) return null
    return readAnswer(answer, shape, doing, this.needs(isNew ? 'create' : 'update'))
  }

  /** `conflict`: it is another object, or changed. With `isWhole`, throws if a finalizer keeps it. */
  async remove(
    name: string,
    preconditions: object,
    doing: string,
    isWhole: boolean,
  ): Promise<'gone' | 'absent' | 'conflict'> {
    const answer = await this.ask('DELETE', { name, body: deleteOptions(preconditions) })
    if (answer.status === 404) return 'absent'
    if (answer.status === 409) return 'conflict'
    if (answer.status !== 200 && answer.status !== 202)
      throw apiRefusal(answer, doing, this.#one('delete', name))
    if (isWhole) demandGone(answer, doing)
    return 'gone'
  }

  /** As `listAll`. */
  list<T>(call: Omit<ListCall, 'path' | 'needs'>, read: (item: unknown) => T): Promise<Listed<T>> {
    return listAll(this.#transport, this.listing(call), read)
  }

  /** The same, for objects that have this shape. */
  listOf<S, T>(
    shape: z.ZodType<S>,
    call: Omit<ListCall, 'path' | 'needs'>,
    read: (object: S) => T,
  ): Promise<Listed<T>> {
    const { doing, needs } = this.listing(call)
    return this.list(call, body => read(readAnswer({ status: 200, body }, shape, doing, needs)))
  }

  listing<C extends Omit<ListCall, 'path' | 'needs'>>(call: C) {
    return { path: this.path(), needs: this.needs('list'), ...call }
  }

  #one(verb: string, name: string): Right {
    return this.needs(verb, SINGLE.includes(this.#kind) ? name : null)
  }

  path(): string {
    const [group, resource] = RESOURCES[this.#kind]
    const within =
      this.#namespace === null ? '' : `/namespaces/${encodeURIComponent(this.#namespace)}`
    return `${group === '' ? '/api' : `/apis/${group}`}/v1${within}/${resource}`
  }
}

export function rightOn(
  kind: Kind,
  verb: string,
  namespace: string | null,
  name: string | null,
): Right {
  const [group, resource] = RESOURCES[kind]
  const within = namespace === null ? {} : { namespace }
  return { group, resource, verb, ...within, ...(name === null ? {} : { name }) }
}

/** The body of a DELETE. */
export function deleteOptions(preconditions: object): object {
  return { apiVersion: 'v1', kind: 'DeleteOptions', preconditions }
}
