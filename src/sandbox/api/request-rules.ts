// What a request may ask for: a resource that is served, a method that it has, and a body that can be read.
import type { ResourceRequest } from './request-info.ts'
import { RESOURCES, SERVICE_ACCOUNTS } from './resources.ts'
import type { Resource } from './resources.ts'
import * as status from '../kinds/status-error.ts'

const BODY_TYPES = ['application/json', 'application/yaml', '']
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]

/** Kinds of Kubernetes that the sandbox does not have; any other word is unknown to the real server too. */
const MISSING =
  /^(services|endpoints|events|deployments|daemonsets|statefulsets|replicasets|jobs|cronjobs|ingresses|networkpolicies|customresourcedefinitions|persistentvolumes|persistentvolumeclaims|(validating|mutating)webhookconfigurations|mutatingadmissionpolicies|tokenreviews|localsubjectaccessreviews)$/

export function refuseMissing({ plural }: ResourceRequest): void {
  if (MISSING.test(plural)) throw status.noSuchResource(`the embedded cluster has no ${plural}`)
}

/** Tokens of service accounts are only created. */
export function isToken({ group, plural, subresource }: ResourceRequest): boolean {
  return group === '' && plural === SERVICE_ACCOUNTS.plural && subresource === 'token'
}

export function requestedResource(info: ResourceRequest): Resource {
  const { group, version, plural, subresource } = info
  const found = RESOURCES.find(
    resource =>
      resource.group === group && resource.version === version && resource.plural === plural,
  )
  if (found === undefined) throw status.noSuchResource()
  if (subresource !== '' && !found.subresources.includes(subresource)) {
    throw status.noSuchResource()
  }
  return found
}

export function checkMethod(info: ResourceRequest, resource: Resource): void {
  const isCollection = info.name === '' || ['list', 'watch'].includes(info.verb)
  const verbs = isCollection ? ['create', 'list', 'watch'] : ['get', 'update', 'patch', 'delete']
  const isAllowed =
    info.subresource === ''
      ? verbs.includes(info.verb)
      : ['get', 'update', 'patch'].includes(info.verb)
  const isHomeless =
    resource.namespaced && info.namespace === '' && !['list', 'watch'].includes(info.verb)
  if (!isAllowed || isHomeless) throw status.methodNotAllowed()
}

export function checkMediaType(verb: string, type: string): void {
  if (verb === 'patch') {
    if (PATCH_TYPES.includes(type)) return
    throw status.unsupportedMediaType('415: Unsupported Media Type', {})
  }
  if (verb === 'delete' || BODY_TYPES.includes(type)) return
  throw status.unsupportedMediaType(
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  )
}
