// Import of a request file of any format into our own: the text, the origin of each member, the defaults, and the parts that the
// signer would leave out. The written text is read again, and must give the same effective request.
import type { Dropped } from '../../domain/cluster/prediction.ts'
import type { Config } from '../../domain/request/config.ts'
import type { ImportReport } from '../../domain/request/import-report.ts'
import { isNonEmpty, mapped, refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { memberProblem } from '../../domain/request/request.ts'
import type {
  CertificateRequest,
  EffectiveRequest,
  RequestFile,
  RequestSpec,
} from '../../domain/request/request.ts'
import { effectiveRequests, requestedKey } from '../../core/config/apply-defaults.ts'
import { writtenSinks } from '../../core/config/effective-sinks.ts'
import { filledClusters, filledRequest } from '../../core/config/merge-defaults.ts'
import { dropsOf } from '../../lib/kubernetes/dropped-by-built-in-signer.ts'
import { lostAttributes, lostSans } from '../../lib/kubernetes/rebuilt-names.ts'
import { isBuiltIn } from '../../lib/kubernetes/built-in-signers.ts'
import { effectiveJsonIn } from '../../core/plan/plan-digests.ts'
import { importedRequestText } from '../../output/request-file/imported-request-yaml.ts'
import { originsOf } from './import-origins.ts'
import { isDer } from '../../core/request/detect-format.ts'
import { nameFromPath } from '../../core/request/request-file-name.ts'
import { parseRequest, readRequest } from '../../core/request/parse-request.ts'
import { fileWord, shellWord } from '../../lib/source/shell-word.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { formatSan } from '../../lib/x509/general-names.ts'

export interface Imported extends ImportReport {
  readonly text: string
  readonly request: CertificateRequest
}

/** `target`: path of the new file. `name`: a new name for the request, or null for that of the file. */
export interface Importing {
  readonly config: Config
  readonly target: (request: CertificateRequest) => string
  readonly name: string | null
  /** Secrets of the request may exist already. */
  readonly adopt: boolean
  /** Parts of the file that are not in the request. */
  readonly leftOut: readonly Dropped[]
}

/** The text of the new file, or why there is none. It writes nothing. */
export function importRequest(file: RequestFile, importing: Importing): Checked<Imported> {
  const read = readRequest(asText(file), importing.name)
  const { config } = importing
  if (!read.ok)
    return { ok: false, problems: mapped(read.problems, each => ofKey(each, file, config)) }
  if (read.value.format === 'countersign') return refuse(alreadyOurs(file.path))
  const target = importing.target(read.value)
  const path = placeInRepository(file.path, target, config)
  const placed = { ...read.value, path }
  const request = importing.adopt ? adopting(placed, config) : placed
  const effective = effectiveRequests(request, config)
  const open = effective.ok ? [] : effective.problems
  const final = open.filter(
    ({ code }) => !code.startsWith('REQUEST_') || !code.endsWith('_MISSING'),
  )
  if (isNonEmpty(final)) return { ok: false, problems: final }
  const known = effective.ok ? effective.value : []
  const { spec } = filledRequest(request, config)
  const sayable = sayableNames({ ...request, spec }, known)
  if (!sayable.ok) return sayable
  const written = textOf(request, { target, file, config }, sayable.value)
  const same = checkAgain(written, target, { request, known, names: sayable.value, config })
  if (isNonEmpty(same)) return { ok: false, problems: same }
  const idle = request.remarks.flatMap(({ code, message }) =>
    code === IDLE ? message.split(' ', 1) : [],
  )
  return {
    ok: true,
    value: {
      text: written,
      request: { ...request, path: target, format: 'countersign' },
      ...originsOf(request, config),
      from: file.path,
      dropped: [
        ...importing.leftOut,
        ...(idle.length === 0 ? [] : [{ what: idle.join(', '), why: 'without effect' }]),
        ...known.slice(0, 1).flatMap(each => (isBuiltIn(each.signerName) ? dropsOf(each) : [])),
      ],
      remarks: [...request.remarks.filter(({ code }) => code !== IDLE), ...open],
    },
  }
}

/** As a remark: a field without effect, which begins the message. */
const IDLE = 'REQUEST_FIELD_UNSUPPORTED'

/** A key outside of the repository may not be published: its owner can keep it, and import a CSR for it. */
function ofKey(problem: Problem, { path, bytes }: RequestFile, { requests }: Config): Problem {
  const isKey = /^-----BEGIN [A-Z ]*(?:PRIVATE|EC PARAM)/.test(Buffer.from(bytes).toString())
  const isNew = isKey && !path.startsWith(`${requests}/`) && fileWord(path) !== '-'
  if (problem.code !== 'FILE_PRIVATE_KEY' || !isNew) return problem
  const subject = `/O=GROUP/CN=${nameFromPath(path).split('.')[0]}`
  const make = `openssl req -new -key ${shellWord(path)} -subj ${shellWord(subject)}`
  const hint = `import takes a CSR, and the key stays with you. If it was never pushed:\n${make} | countersign import -`
  return { ...problem, hint }
}

/** DER is refused as a request file because reviewers cannot read it. Here there is no review, so it is converted. */
function asText(file: RequestFile): RequestFile {
  if (!isDer(file)) return file
  const bytes = new TextEncoder().encode(encodePem('CERTIFICATE REQUEST', file.bytes))
  return { ...file, bytes }
}

/** The same request with `adopt: true` at each Secret of PEM, also at the default one. */
function adopting(request: CertificateRequest, config: Config): CertificateRequest {
  const { spec, namespace, places } = filledRequest(request, config)
  const clusters = filledClusters(spec, config)
  const context = { key: requestedKey(spec), clusters, namespace, places }
  const written = writtenSinks(spec.sinks, context) ?? []
  const isStored = written.some(({ kind }) => kind === 'secret')
  const sinks = written.map(sink => (sink.kind === 'secret' ? { ...sink, adopt: true } : sink))
  return isStored ? { ...request, spec: { ...request.spec, sinks } } : request
}

type Names = Pick<RequestSpec, 'subject' | 'sans'>

/** Defaults depend on the path. A file inside the request folder has its own path, any other file has the target's. */
function placeInRepository(path: string, target: string, { requests }: Config): string {
  return path.startsWith(`${requests}/`) ? path : target
}

/** The names that our format can express: all of them, or those that a built-in signer keeps. */
function sayableNames(
  { spec, places }: CertificateRequest,
  known: readonly EffectiveRequest[],
): Checked<Names> {
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
  const attributes = lostAttributes(subject).map(one => formatName([[one]]))
  const what = [...attributes, ...lostSans(sans).map(formatSan)].join(', ')
  const message = `the countersign format cannot express ${what}`
  return refuse(memberProblem(NOT_SAYABLE, { places }, '', message, whyKept(spec, what)))
}

function whyKept({ request, signerName }: RequestSpec, what: string): string {
  if (request !== null)
    return `make a CSR without ${what}; or keep the file, if its policy has opaque: allow`
  return signerName === null
    ? 'set signerName in the defaults: the signers of Kubernetes leave such names out'
    : `keep the file as it is: ${signerName} may sign names that the signers of Kubernetes leave out`
}

const NOT_SAYABLE = 'REQUEST_NOT_EXPRESSIBLE'

interface Paths {
  readonly target: string
  readonly file: RequestFile
  readonly config: Config
}

/** The members that the file sets. Defaults are left out, unless they differ at the new path. */
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
    until: spec.until,
    privateKey: spec.request === null ? said('privateKey') : null,
    request: spec.request === null ? null : encodePem('CERTIFICATE REQUEST', spec.request.der),
    access: spec.access,
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

/** Reads the text as a request file. Its effective request must be the intended one. */
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
    JSON.stringify(requests.map(each => effectiveJsonIn(each, config)))
  const expected = known.map(each => ({ ...each, ...names }))
  if (effective.ok && meanings(effective.value) === meanings(expected)) return []
  const message = 'the converted request would differ from the original'
  return [memberProblem(NOT_SAYABLE, request, '', message, 'keep the file as it is')]
}

/** A fault of the generated text, reported for the source file, since the user does not see the text. */
function notSayable({ message, hint }: Problem): Problem {
  return unplaced(NOT_SAYABLE, `after the conversion ${message}`, hint)
}

function alreadyOurs(path: string): Problem {
  return unplaced(
    'FILE_KIND',
    `${path} is in the countersign format already`,
    'import is for files of other formats',
  )
}
