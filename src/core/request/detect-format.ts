// Detection of a request file's format: by its name, and for manifests by apiVersion and kind.
import { textOrNull } from '../../domain/json-text.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RequestFile, RequestFormat } from '../../domain/request/request.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import type { YamlTree } from '../../lib/source/located-values.ts'
import { keyPlace, memberAt, valuePlace } from '../../lib/source/located-values.ts'
import { nearest } from '../../lib/source/did-you-mean.ts'
import { fileWord, shellWord } from '../../lib/source/shell-word.ts'
import { isCfssl } from './cfssl/cfssl-json.ts'
import { nameFromPath } from './request-file-name.ts'

/** The kind of a file by its name. Manifests need a look inside. */
export type FileKind = 'manifest' | 'openssl' | 'pkcs10'

/** Notes and dot-files below the request folder are not requests. */
export function isPassedOver(path: string): boolean {
  const segments = path.split('/')
  return segments.some(segment => segment.startsWith('.')) || path.toLowerCase().endsWith('.md')
}

/** By the last extension; null if no reader takes it. */
export function fileKind(path: string): FileKind | null {
  return KINDS.get(/\.([a-z0-9]+)$/.exec(path)?.[1] ?? '') ?? null
}

/** Whether the file is a PKCS#10 in DER: it begins with a SEQUENCE instead of PEM text. Reviewers are shown none of its content. */
export function isDer({ path, bytes }: Pick<RequestFile, 'path' | 'bytes'>): boolean {
  return fileKind(path) === 'pkcs10' && bytes[0] === 0x30
}

const KINDS: ReadonlyMap<string, FileKind> = new Map([
  ['yaml', 'manifest'],
  ['yml', 'manifest'],
  ['json', 'manifest'],
  ['cnf', 'openssl'],
  ['conf', 'openssl'],
  ['csr', 'pkcs10'],
  ['pem', 'pkcs10'],
  // Only import and inspect read it: parseRequest refuses DER.
  ['der', 'pkcs10'],
])

/** Whether a file of this name is read as a request. Only such a file was an earlier version of one, or ended one. */
export function isReadAsRequest(path: string): boolean {
  return !isPassedOver(path) && fileKind(path) !== null
}

/** A table that `kubectl get csr` printed, with the name in its first row. */
export const CSR_TABLE = /^NAME +AGE +SIGNERNAME .*\n?(\S*)/

/** Formats whose files are YAML or JSON. */
export type ManifestFormat = Exclude<RequestFormat, 'openssl' | 'pkcs10'>

export type Detected =
  | { readonly format: ManifestFormat; readonly problem: null }
  | { readonly format: null; readonly problem: Problem }

/** The format of a manifest, or why this version does not read it. */
export function manifestFormat(tree: YamlTree): Detected {
  const apiVersion = textAt(tree, 'apiVersion')
  const kind = textAt(tree, 'kind')
  const known = FORMATS.get(`${apiVersion} ${kind}`)
  if (known !== undefined) return { format: known, problem: null }
  const isJson = tree.source.file.endsWith('.json')
  if (isJson && memberAt(tree, ['apiVersion']) === null && isCfssl(tree))
    return { format: 'cfssl', problem: null }
  return { format: null, problem: unknownManifest(tree, apiVersion, kind) }
}

const FORMATS: ReadonlyMap<string, ManifestFormat> = new Map([
  ['countersign.dev/v1 CertificateRequest', 'countersign'],
  ['certificates.k8s.io/v1 CertificateSigningRequest', 'csr-manifest'],
  ['cert-manager.io/v1 Certificate', 'cert-manager'],
])

function unknownManifest(tree: YamlTree, apiVersion: string | null, kind: string | null): Problem {
  const field = memberAt(tree, ['apiVersion']) === null ? 'apiVersion' : fieldAtFault(apiVersion)
  return {
    code: 'FILE_KIND',
    at: field === null ? keyPlace(tree, []) : valuePlace(tree, [field]),
    message:
      apiVersion === null
        ? 'the file has no apiVersion'
        : `${quoted(apiVersion)} with the kind ${kind === null ? 'left out' : quoted(kind)} is not a request`,
    hint: hintForManifest(tree, apiVersion, kind),
  }
}

function hintForManifest(tree: YamlTree, apiVersion: string | null, kind: string | null): string {
  const { file } = tree.source
  if (kind?.endsWith('List') === true) return importHint(file)
  const name = nameFromPath(file)
  return apiVersion === null && textAt(tree, 'csr') !== null
    ? `to write the CSR to ${shellWord(`${name}.csr`)}: cfssljson -bare ${shellWord(name)} < ${shellWord(file)}`
    : hintForKind(apiVersion, kind)
}

/** The hint for a file with several manifests. */
export function importHint(path: string): string {
  return `to write a request file for each of them: countersign import ${fileWord(path)}`
}

function fieldAtFault(apiVersion: string | null): 'apiVersion' | 'kind' {
  const isRead = [...FORMATS.keys()].some(known => known.startsWith(`${apiVersion} `))
  return isRead ? 'kind' : 'apiVersion'
}

const OTHER_KINDS = ['Config', 'CertificateRequestPolicy', 'NodeInventory']

function hintForKind(apiVersion: string | null, kind: string | null): string {
  if (apiVersion === 'certificates.k8s.io/v1beta1')
    return 'the API server no longer serves it: write apiVersion: certificates.k8s.io/v1, with a signerName and usages'
  const group = apiVersion?.replace(/\/.*/, '') ?? ''
  const known = [...FORMATS.keys()].find(each => group !== '' && each.startsWith(`${group}/`))
  const kinds = [...FORMATS.keys()].map(each => each.replace(/.* /, ''))
  if (group === 'countersign.dev' && kind !== null && OTHER_KINDS.includes(kind))
    return 'move it out of the folder of requests, or correct `requests` in countersign.yaml'
  if (kind !== null && nearest(kind, kinds) === null)
    return 'this object is not a request: leave it out of what you import and of the folder of requests'
  const [version, wanted] = known?.split(' ') ?? ['countersign.dev/v1', 'CertificateRequest']
  return `write apiVersion: ${version} and kind: ${wanted}`
}

function textAt(tree: YamlTree, field: string): string | null {
  return textOrNull(memberAt(tree, [field])?.value)
}
