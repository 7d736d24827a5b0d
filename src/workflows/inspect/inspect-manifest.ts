// Certificates in a manifest or kubeconfig: Secrets, CertificateSigningRequests, lists of them, kubeconfigs, our own request files.
// Tokens and passwords are mentioned and never shown.
import { isRecord, textOrNull } from '../../domain/json-text.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Inspection } from '../../domain/request/inspection.ts'
import { placedAt, mergeFound, note } from './inspect-pem.ts'
import type { PartList } from './inspect-pem.ts'

/** Inspects nested bytes of any format. */
export type Inside = (bytes: Uint8Array, where: string) => PartList

type Fields = Readonly<Record<string, unknown>>

/** `where`: the place of the manifest, empty for the whole file. */
export function inspectManifest(value: unknown, where: string, inside: Inside): Inspection {
  const object = fieldsOf(value)
  const kind = textOrNull(object['kind']) ?? ''
  const version = textOrNull(object['apiVersion'])
  const read = readerOf(kind, version)
  const what = [kind, identity(object)].filter(part => part !== '').join(' ')
  const above = where === '' ? '' : `${where}.`
  if (read !== undefined) return { what, ...read(object, above, inside) }
  const texts = pemTexts(value, above).map(([text, place]) => plain(text, place, inside))
  if (texts.length > 0) return { what: what === '' ? 'JSON or YAML' : what, ...mergeFound(texts) }
  const of = version === null ? '' : ` of ${version}`
  const message = `${kind === '' ? 'JSON or YAML without a kind' : `a ${kind}${of}`} holds no certificates that are read here`
  const problem = unplaced('FILE_KIND', message, HINT)
  return { what: 'manifest', parts: [], problems: [placedAt(where)(problem)] }
}

const HINT =
  'inspect reads Secrets, ConfigMaps, kubeconfigs, CertificateSigningRequests, request files, and PEM in any member; to check a request file: countersign validate FILE'

type Reader = (object: Fields, above: string, inside: Inside) => PartList

/** Other groups have these two kinds too, so their version is checked. */
function readerOf(kind: string, version: string | null): Reader | undefined {
  // kubectl accepts a kubeconfig without a version.
  if (kind === 'Config') return (version ?? 'v1') === 'v1' ? kubeconfig : undefined
  if (kind === 'CertificateRequest') return version === OURS ? ownRequest : undefined
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
}

const OURS = 'countersign.dev/v1'

const KINDS: Readonly<Record<string, Reader>> = {
  Secret: secret,
  ConfigMap: secret,
  CertificateSigningRequest: signingRequest,
  List: list,
  SecretList: list,
  CertificateSigningRequestList: list,
}

function identity(object: Fields): string {
  const { name, namespace } = fieldsOf(object['metadata'])
  return [textOrNull(namespace), textOrNull(name)].filter(part => part !== null).join('/')
}

function list(object: Fields, above: string, inside: Inside): PartList {
  return mergeFound(
    itemsOf(object['items']).map((item, index) =>
      inspectManifest(item, `${above}items[${index}]`, inside),
    ),
  )
}

function secret(object: Fields, above: string, inside: Inside): PartList {
  const isText = object['kind'] === 'ConfigMap'
  const data = Object.entries(fieldsOf(object['data'])).map(([key, value]) =>
    isText
      ? plain(value, `${above}data.${key}`, inside)
      : encoded(value, `${above}data.${key}`, inside),
  )
  const more = Object.entries(fieldsOf(object['stringData'])).map(([key, value]) =>
    plain(value, `${above}stringData.${key}`, inside),
  )
  return mergeFound([...data, ...more])
}

function signingRequest(object: Fields, above: string, inside: Inside): PartList {
  const { request } = fieldsOf(object['spec'])
  const { certificate } = fieldsOf(object['status'])
  return mergeFound([
    encoded(request, `${above}spec.request`, inside),
    ...(textOrNull(certificate) === null
      ? []
      : [encoded(certificate, `${above}status.certificate`, inside)]),
  ])
}

function ownRequest(object: Fields, above: string, inside: Inside): PartList {
  const { request } = fieldsOf(object['spec'])
  const where = `${above}spec.request`
  if (request === undefined) return note(where, 'is not there: the key is made at the issue')
  return mergeFound([plain(request, where, inside)])
}

function kubeconfig(object: Fields, above: string, inside: Inside): PartList {
  const named = (list: string, one: string): readonly (readonly [string, Fields])[] =>
    itemsOf(object[list]).map((item, index) => {
      const fields = fieldsOf(item)
      const name = textOrNull(fields['name']) ?? String(index)
      return [`${above}${list}[${name}]`, fieldsOf(fields[one])]
    })
  return mergeFound([
    ...named('clusters', 'cluster').flatMap(([where, cluster]) => [
      note(where, `server ${textOrNull(cluster['server']) ?? 'not said'}`),
      ...valueOf(cluster, where, 'certificate-authority', inside),
    ]),
    ...named('users', 'user').flatMap(([where, user]) => [
      ...valueOf(user, where, 'client-certificate', inside),
      ...valueOf(user, where, 'client-key', inside),
      ...['token', 'tokenFile', 'username', 'password', 'exec', 'auth-provider']
        .filter(field => user[field] !== undefined)
        .map(field => note(`${where}.${field}`, 'is there, and not shown')),
    ]),
    ...named('contexts', 'context').map(([where, context]) =>
      note(where, `user ${textOrNull(context['user'])} on ${textOrNull(context['cluster'])}`),
    ),
  ])
}

/** `…-data` in base64, or the path of a file, which is not opened. */
function valueOf(
  fields: Fields,
  where: string,
  field: string,
  inside: Inside,
): readonly PartList[] {
  const data = fields[`${field}-data`]
  if (data !== undefined) return [encoded(data, `${where}.${field}-data`, inside)]
  const path = textOrNull(fields[field])
  return path === null ? [] : [note(`${where}.${field}`, `in the file ${path}`)]
}

/** Every text with PEM in it, with its place: files of other programs, and the certificate cache of `countersign kubeconfig`. */
function pemTexts(value: unknown, above: string): readonly (readonly [string, string])[] {
  if (typeof value === 'string')
    return value.includes('-----BEGIN ') ? [[value, above.replace(/\.$/, '')]] : []
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => pemTexts(inner, `${above}${name}.`))
    : []
}

function encoded(value: unknown, where: string, inside: Inside): PartList {
  const text = textOrNull(value)?.replaceAll(/[\r\n]/g, '') ?? ''
  const bytes = Buffer.from(text, 'base64')
  if (text !== '' && bytes.toString('base64') === text) return inside(bytes, where)
  const problem = unplaced('FILE_FIELD_VALUE', `${where} is not base64`)
  return { parts: [], problems: [problem] }
}

function plain(value: unknown, where: string, inside: Inside): PartList {
  const text = textOrNull(value)
  return text === null ? note(where, 'is no text') : inside(Buffer.from(text), where)
}

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? Object.fromEntries(Object.entries(value)) : {}
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
