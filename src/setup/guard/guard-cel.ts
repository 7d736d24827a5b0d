// Building blocks of the guard's CEL expressions (kubernetes.io/docs/reference/using-api/cel).
import type { Subject } from '../../domain/cluster/installation.ts'
import { OWNER_LABEL } from '../../domain/cluster/record.ts'

export const PREFIX = 'countersign.dev/'
/** When cert-manager signs, it reads annotations below it: lifetime, and whether to sign a CA. */
export const CERT_MANAGER_PREFIX = 'experimental.cert-manager.io/'
const ACCOUNT_PREFIX = 'system:serviceaccount:'

/**
 * User name of kube-controller-manager, which logs in with a certificate or in another way. Without credentials of its service accounts
 * it does the work of all controllers; it always writes tokens into Secrets.
 */
const CONTROLLER_MANAGER = 'system:kube-controller-manager'

/** True for kube-controller-manager, or for its controller with this service account. */
export function isController(name: string): string {
  return `(${IS_CONTROLLER_MANAGER} || (request.userInfo.username == ${name} && ${HAS_TOKEN}))`
}

export const KUBE_SYSTEM = 'kube-system'

/** User name of a service account in kube-system, of which Kubernetes' own controllers have one each. */
export function controllerName(account: string): string {
  return `${ACCOUNT_PREFIX}${KUBE_SYSTEM}:${account}`
}

/** True for the deletion of an object with its namespace, by any user: only some may delete the namespace. */
export const IS_NAMESPACE_DELETION =
  "(request.operation == 'DELETE' && namespaceObject != null && has(namespaceObject.metadata.deletionTimestamp))"

/** The id of the credential that a caller logged in with (kube-apiserver 1.32). A caller that impersonates has none. */
const OWN_CREDENTIAL = 'authentication.kubernetes.io/credential-id'

/** A string literal of CEL. */
export function celString(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

export function celList(texts: readonly string[]): string {
  return `[${texts.map(celString).join(', ')}]`
}

const HAS_CREDENTIAL = `has(request.userInfo.extra) && ${celString(OWN_CREDENTIAL)} in request.userInfo.extra`
const IDS = `request.userInfo.extra[${celString(OWN_CREDENTIAL)}]`

const HAS_UID = "has(request.userInfo.uid) && request.userInfo.uid != ''"
/** True for a login with exactly one id. Who impersonates has none, unless it invents one. */
export const HAS_ONE_ID = `${HAS_CREDENTIAL} && ${IDS}.size() == 1`

/** True for a token of a service account: impersonation has no uid, a certificate no JTI, and a token in a Secret has neither. */
const HAS_TOKEN = `${HAS_UID} && ${HAS_ONE_ID} && ${IDS}[0].startsWith('JTI=')`

/** True for a certificate, which has an id, and a static token, which has a uid. Who may impersonate users has neither. */
const HAS_LOGIN = `((${HAS_UID}) || (${HAS_ONE_ID}))`

const IS_CONTROLLER_MANAGER = `(request.userInfo.username == ${celString(CONTROLLER_MANAGER)} && ${HAS_LOGIN})`

/**
 * True for kube-controller-manager where it makes the tokens of its controllers. Under another name it has at least this right. Who lists
 * everything reads every token in a Secret.
 */
export const MAKES_CONTROLLER_TOKENS = `(request.namespace == ${celString(KUBE_SYSTEM)} && ${HAS_LOGIN} && (request.userInfo.username == ${celString(CONTROLLER_MANAGER)} || authorizer.group('*').resource('*').check('list').allowed()))`

/** True for the name of a subject, with any login. */
export function celIsSubject(subject: Subject): string {
  return subject.kind === 'Group'
    ? `${celString(subject.name)} in request.userInfo.groups`
    : `request.userInfo.username == ${celString(userName(subject))}`
}

function hasOwnLogin(subject: Subject): string {
  return accountOfUser(userName(subject)).length > 0 ? HAS_TOKEN : HAS_CREDENTIAL
}

/** True for a subject that logged in with its own credential. */
export function isApply(subject: Subject): string {
  return `${celIsSubject(subject)} && ${hasOwnLogin(subject)}`
}

/** True unless the name of a subject is used without its own credential. */
export function isNoImpostor(subject: Subject): string {
  return `(!(${celIsSubject(subject)}) || (${hasOwnLogin(subject)}))`
}

/** True for a user by name; a service account also shows its own token. */
export function isUser(name: string): string {
  const isName = `request.userInfo.username == ${celString(name)}`
  return accountOfUser(name).length > 0 ? `(${isName} && ${HAS_TOKEN})` : isName
}

/** The user name of a subject. */
export function userName(subject: Subject): string {
  return subject.kind === 'ServiceAccount'
    ? `${ACCOUNT_PREFIX}${subject.namespace}:${subject.name}`
    : subject.name
}

/** `namespace:name` of a user that is a service account, else nothing. */
export function accountOfUser(user: string): readonly string[] {
  return user.startsWith(ACCOUNT_PREFIX) ? [user.slice(ACCOUNT_PREFIX.length)] : []
}

/** A map of the object's metadata, empty if it has none. */
export function mapOf(object: 'object' | 'oldObject', field: 'labels' | 'annotations'): string {
  const there = `has(${object}.metadata.${field})`
  return `${object} != null && ${there} ? ${object}.metadata.${field} : {}`
}

/** The value of a key in a map of strings, '' if the key is absent. */
export function valueOf(map: string, key: string): string {
  return `${celString(key)} in ${map} ? ${map}[${celString(key)}] : ''`
}

/** Whether one of our keys, or of those that change what is signed, was added, changed or removed between two maps. */
export function changed(before: string, after: string): string {
  const ours = `(k.startsWith(${celString(PREFIX)}) || k.startsWith(${celString(CERT_MANAGER_PREFIX)}))`
  return `${after}.exists(k, ${ours} && !(k in ${before} && ${before}[k] == ${after}[k])) || ${before}.exists(k, ${ours} && !(k in ${after}))`
}

/** Every right in the cluster, checked once: each check costs 350,000 of the 1,000,000 that an expression may cost. */
export const MAY_DO_EVERYTHING = `authorizer.group('*').resource('*').check('*').allowed()`

/** Labels and annotations before and after a write, with the owner that they name. */
export const MARKS = {
  labels: mapOf('object', 'labels'),
  oldLabels: mapOf('oldObject', 'labels'),
  annotations: mapOf('object', 'annotations'),
  oldAnnotations: mapOf('oldObject', 'annotations'),
  owner: valueOf('variables.labels', OWNER_LABEL),
  oldOwner: valueOf('variables.oldLabels', OWNER_LABEL),
}
