// A request file of any format → the same request in our own, with what was taken from where, what the defaults say, and what
// the signer would leave out anyway. What is written is read again, and must mean the same.
import type { Config } from '../domain/config.ts'
import { isNonEmpty, refuse } from '../domain/problem.ts'
import type { Checked, Place, Problem } from '../domain/problem.ts'
import type {
  CertificateRequest,
  EffectiveRequest,
  RequestFile,
  RequestSpec,
} from '../domain/request.ts'
import { effectiveRequests } from '../config/defaults.ts'
import { filledRequest } from '../config/fill.ts'
import { dropsOf } from '../kubernetes/drops.ts'
import type { Drop } from '../kubernetes/drops.ts'
import { lostAttributes, lostSans } from '../kubernetes/rebuilt-names.ts'
import { isBuiltIn } from '../kubernetes/signers.ts'
import { effectiveJson } from '../plan/digest.ts'
import { importedRequestText } from '../report/imported-request.ts'
import { parseRequest, readRequest } from '../request/parse.ts'
import { encodePem } from '../x509/pem.ts'

/** A member and where it is said; null where countersign itself does. */
export interface Told {
  readonly member: string
  readonly at: Place | null
}

export interface Imported {
  readonly text: string
  readonly request: CertificateRequest
  readonly taken: readonly Told[]
  readonly defaulted: readonly Told[]
  readonly dropped: readonly Drop[]
  /** What is remarked on, and what the configuration still has to say. */
  readonly remarks: readonly Problem[]
}

/** `target`: path of the new file. `name`: another name than the file gives, or null. */
export interface Importing {
  readonly config: Config
  readonly target: (request: CertificateRequest) => string
  readonly name: string | null
}

/** The text of the new file, or why there is none. Nothing is written. */
export function importRequest(file: RequestFile, importing: Importing): Checked<Imported> {
  const read = readRequest(file, importing.name)
  if (!read.ok) return read
  const { config } = importing
  if (read.value.format === 'countersign') return refuse(alreadyOurs(file.path))
  const target = importing.target(read.value)
  const request = { ...read.value, path: placeInRepository(file.path, target, config) }
  const effective = effectiveRequests(request, config)
  const open = effective.ok ? [] : effective.problems
  const final = open.filter(
    ({ code }) => !code.startsWith('REQUEST_') || !code.endsWith('_MISSING'),
  )
  if (isNonEmpty(final)) return { ok: false, problems: final }
  const known = effective.ok ? effective.value : []
  const { spec } = filledRequest(request, config)
  const sayable = sayableNames(spec, known)
  if (!sayable.ok) return sayable
  const written = textOf(request, { target, file, config }, sayable.value)
  const same = checkAgain(written, target, { request, known, names: sayable.value, config })
  if (isNonEmpty(same)) return { ok: false, problems: same }
  return {
    ok: true,
    value: {
      text: written,
      request: { ...request, path: target },
      ...origins(request, config),
      dropped: known[0] === undefined || !isBuiltIn(known[0].signerName) ? [] : dropsOf(known[0]),
      remarks: [...request.remarks, ...open],
    },
  }
}

type Names = Pick<RequestSpec, 'subject' | 'sans'>

/** Defaults go by path: a file inside the request folder counts where it is, any other where it will be. */
function placeInRepository(path: string, target: string, { requests }: Config): string {
  return path.startsWith(`${requests}/`) ? path : target
}

/** What our format can say of the names: all of them, or what a built-in signer leaves. */
function sayableNames(spec: RequestSpec, known: readonly EffectiveRequest[]): Checked<Names> {
  const { subject, sans, signerName, request } = spec
  const lost = [...lostAttributes(subject), ...lostSans(sans)]
  if (lost.length === 0) return { ok: true, value: { subject, sans } }
  const [first] = known
  if (first !== undefined && isBuiltIn(signerName ?? '') && request === null) {
    const attributes = new Set(lostAttributes(subject))
    const kept = subject.map(rdn => rdn.filter(one => !attributes.has(one)))
    const left = kept.filter(({ length }) => length > 0)
    return { ok: true, value: { subject: left, sans: sans.filter(san => !lost.includes(san)) } }
  }
  const hint =
    request === null
      ? 'keep the file as it is: another signer may keep what Kubernetes’ own leave out'
      : 'keep the file as it is: the names beside a PKCS#10 must be all of its names'
  const names =
    first === undefined ? [] : dropsOf(first).filter(({ member }) => member !== 'request')
  const what = names.map(drop => drop.what).join(', ') || 'some of its names'
  return refuse({ code: NOT_SAYABLE, at: null, message: `our own format cannot say ${what}`, hint })
}

const NOT_SAYABLE = 'REQUEST_NOT_SAYABLE'

interface Paths {
  readonly target: string
  readonly file: RequestFile
  readonly config: Config
}

/** What the file says; what the defaults say is left to them, unless they say something else at the new path. */
function textOf(
  request: CertificateRequest,
  { target, file, config }: Paths,
  names: Names,
): string {
  const { spec: before } = filledRequest(request, config)
  const { spec: after } = filledRequest({ ...request, path: target }, config)
  const { spec } = request
  const said = <M extends keyof RequestSpec>(member: M): RequestSpec[M] | null => {
    const isIssuers = spec.issuer !== null && (member === 'signerName' || member === 'clusters')
    const isMoved = JSON.stringify(before[member]) !== JSON.stringify(after[member])
    if (member === 'clusters' && isIssuers && before.clusters === null) return null
    return isIssuers || isMoved ? before[member] : spec[member]
  }
  return importedRequestText({
    name: request.name,
    from: file.path,
    clusters: said('clusters'),
    signerName: said('signerName'),
    ...names,
    usages: said('usages'),
    duration: said('duration'),
    renewBefore: said('renewBefore'),
    privateKey: spec.request === null ? said('privateKey') : null,
    request: spec.request === null ? null : encodePem('CERTIFICATE REQUEST', spec.request.der),
    reissue: said('reissue'),
    withdraw: said('withdraw'),
    sinks: said('sinks'),
  })
}

interface Wanted {
  readonly request: CertificateRequest
  readonly known: readonly EffectiveRequest[]
  readonly names: Names
  readonly config: Config
}

/** Reads the text as a request file is read; its meaning must be the one it was written for. */
function checkAgain(text: string, target: string, wanted: Wanted): readonly Problem[] {
  const { config, known, names, request } = wanted
  const bytes = new TextEncoder().encode(text)
  const { blob } = request
  const file = { path: target, bytes, mode: '100644', blob, uncommitted: null }
  const again = parseRequest(file, config.requests)
  if (!again.ok) return again.problems.map(notSayable)
  const effective = effectiveRequests(again.value, config)
  if (known.length === 0) return []
  const meanings = (requests: readonly EffectiveRequest[]): string =>
    JSON.stringify(requests.map(each => meaningOf(each, config)))
  const expected = known.map(each => ({ ...each, ...names }))
  if (effective.ok && meanings(effective.value) === meanings(expected)) return []
  const message = 'our own format would not say the same'
  return [{ code: NOT_SAYABLE, at: null, message, hint: 'keep the file as it is' }]
}

function meaningOf(request: EffectiveRequest, { clusters }: Config): string {
  const cluster = clusters.find(({ name }) => name === request.cluster)
  return cluster === undefined ? '' : effectiveJson(request, cluster)
}

/** A fault of the text, which nobody sees, told of the file it was made of. */
function notSayable({ message, hint }: Problem): Problem {
  return { code: NOT_SAYABLE, at: null, message: `in our own format ${message}`, hint }
}

const NAMES = ['commonName', 'subject', 'dnsNames', 'ipAddresses', 'uris', 'emailAddresses']
const MEMBERS = [
  'clusters',
  'signerName',
  'usages',
  'duration',
  'renewBefore',
  'privateKey',
  'request',
  'sinks',
] as const

/** Which members the file said, and which the configuration or countersign itself. */
function origins(
  request: CertificateRequest,
  config: Config,
): Pick<Imported, 'taken' | 'defaulted'> {
  const { spec, places } = request
  const { spec: filled, places: all } = filledRequest(request, config)
  const names = NAMES.flatMap(member => firstPlace(places, member))
  const taken = MEMBERS.filter(member => spec[member] !== null).flatMap(member =>
    firstPlace(places, member),
  )
  const defaulted = MEMBERS.filter(member => spec[member] === null && member !== 'request').flatMap(
    (member): readonly Told[] => {
      if (member === 'privateKey' && spec.request !== null) return []
      if (filled[member] !== null)
        return [{ member, at: placeOfDefault(member, request, config, all) }]
      if (member === 'clusters')
        return [{ member, at: config.places.get('defaultCluster') ?? null }]
      return member === 'privateKey' || member === 'sinks' || member === 'renewBefore'
        ? [{ member, at: null }]
        : []
    },
  )
  return { taken: [...names, ...taken], defaulted }
}

/** Members of issuers have the place of the issuer's entry. */
function placeOfDefault(
  member: string,
  { spec: { issuer } }: CertificateRequest,
  { issuers, places }: Config,
  filled: CertificateRequest['places'],
): Place | null {
  const index = issuers.findIndex(
    each => each.name === issuer?.name && each.kind === issuer.kind && each.group === issuer.group,
  )
  const issued =
    member === 'signerName' || member === 'clusters'
      ? places.get(`issuers[${index}].${member === 'clusters' ? 'cluster' : member}`)
      : undefined
  return issued ?? filled.get(member) ?? null
}

function firstPlace(places: CertificateRequest['places'], member: string): readonly Told[] {
  const found = [...places].find(
    ([path]) => path === member || path.startsWith(`${member}[`) || path.startsWith(`${member}.`),
  )
  return found === undefined ? [] : [{ member, at: found[1] }]
}

function alreadyOurs(path: string): Problem {
  return {
    code: 'REQUEST_KIND',
    at: null,
    message: `${path} is in our own format already`,
    hint: 'import is for files of other formats',
  }
}
