// Building blocks of the guard's CEL expressions (kubernetes.io/docs/reference/using-api/cel).
import type { Subject } from '../../domain/cluster/installation.ts'

export const PREFIX = 'countersign.dev/'
/** When cert-manager signs, it reads annotations below it: lifetime, and whether to sign a CA. */
export const CERT_MANAGER_PREFIX = 'experimental.cert-manager.io/'
export const OWNER_LABEL = `${PREFIX}owner`

/** The id of the credential that a caller logged in with (kube-apiserver 1.32). A caller that impersonates has none. */
const OWN_CREDENTIAL = 'authentication.kubernetes.io/credential-id'

/** A string literal of CEL. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

export function listed(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(', ')}]`
}

/** True for the apply identity, logged in with its own credential. */
export function isApply(subject: Subject): string {
  const who =
    subject.kind === 'Group'
      ? `${quoted(subject.name)} in request.userInfo.groups`
      : `request.userInfo.username == ${quoted(userName(subject))}`
  return `${who} && has(request.userInfo.extra) && ${quoted(OWN_CREDENTIAL)} in request.userInfo.extra`
}

/** The user name of a subject. */
export function userName(subject: Subject): string {
  return subject.kind === 'ServiceAccount'
    ? `system:serviceaccount:${subject.namespace}:${subject.name}`
    : subject.name
}

/** A map of the object's metadata, empty if it has none. */
export function mapOf(object: 'object' | 'oldObject', field: 'labels' | 'annotations'): string {
  const there = `has(${object}.metadata.${field})`
  return `${object} != null && ${there} ? ${object}.metadata.${field} : {}`
}

/** The value of a key in a map of strings, '' if the key is absent. */
export function valueOf(map: string, key: string): string {
  return `${quoted(key)} in ${map} ? ${map}[${quoted(key)}] : ''`
}

/** Whether one of our keys, or of those that change what is signed, was added, changed or removed between two maps. */
export function changed(before: string, after: string): string {
  const ours = `(k.startsWith(${quoted(PREFIX)}) || k.startsWith(${quoted(CERT_MANAGER_PREFIX)}))`
  return `${after}.exists(k, ${ours} && !(k in ${before} && ${before}[k] == ${after}[k])) || ${before}.exists(k, ${ours} && !(k in ${after}))`
}

/** The right to approve for every signer, checked once: each check costs 350,000 of the 1,000,000 that an expression may cost. */
export const MAY_APPROVE = `authorizer.group('certificates.k8s.io').resource('signers').check('approve').allowed()`

/** The selector of one namespace. */
export function inNamespace(name: string): object {
  return { matchLabels: { 'kubernetes.io/metadata.name': name } }
}
