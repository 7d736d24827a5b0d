// Effective requests of a request under the configuration: one complete request per cluster, or every missing member.
import { decidedOnce } from '../../domain/decided-once.ts'
import type { Code } from '../../domain/problem-codes.ts'
import type { Config, DefaultSpec } from '../../domain/request/config.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { checked, withoutRepeats } from '../../domain/problem.ts'
import type {
  CertificateRequest,
  EffectiveRequest,
  PrivateKeySpec,
  RenewBefore,
  RequestedKey,
  RequestSpec,
} from '../../domain/request/request.ts'
import { placeOf } from '../../domain/request/request.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { didYouMean } from '../../lib/source/did-you-mean.ts'
import { writtenAgain } from '../../lib/source/shell-word.ts'
import type { Pkcs10 } from '../../domain/cluster/certificate.ts'
import { isGuardedGrant } from '../../domain/cluster/grant.ts'
import { claimedGrants, grantIn } from '../../lib/kubernetes/grants-in-subject.ts'
import type { Filled } from './merge-defaults.ts'
import { filledClusters, filledRequest, issuerOf } from './merge-defaults.ts'
import { expandedSinks, sinkFaults, writtenSinks } from './effective-sinks.ts'

const DEFAULT_KEY: PrivateKeySpec = {
  algorithm: 'ECDSA',
  size: 256,
  encoding: 'PKCS8',
  rotationPolicy: 'Always',
}

/** One effective request per cluster, in the order of the named clusters. A proof asks for those of each version many times. */
export const effectiveRequests = decidedOnce(filledForClusters)

function filledForClusters(
  request: CertificateRequest,
  config: Config,
): Checked<readonly EffectiveRequest[]> {
  const filled = filledRequest(request, config)
  const renewal = renewalOf(request, filled)
  const { spec, places, namespace } = filled
  const { spec: _, ...file } = request
  const clusters = filledClusters(spec, config)
  const key = requestedKey(spec)
  const context = { key, clusters, namespace, places }
  const sinks = writtenSinks(spec.sinks, context)
  const perCluster = clusters.map(cluster => ({
    cluster,
    ...expandedSinks(sinks ?? [], { name: request.name, cluster }, places),
  }))
  const problems = [
    ...issuerFaults(request, config),
    ...missingMembers(filled, config, sinks !== null),
    ...clusterFaults(clusters, filled, config),
    ...renewal.faults,
    ...sinkFaults(sinks ?? [], context),
    ...accessFaults(filled, clusters, config),
    ...perCluster.flatMap(({ problems }) => problems),
  ]
  return checked(withoutRepeats(problems), () =>
    perCluster.map(({ cluster, sinks }) => ({
      ...file,
      places,
      cluster,
      signerName: spec.signerName ?? '',
      subject: spec.subject,
      sans: spec.sans,
      usages: spec.usages ?? [],
      durationSeconds: spec.duration ?? 0,
      renewBefore: renewal.renewBefore,
      until: spec.until,
      remarks: [...file.remarks, ...renewal.warnings],
      key,
      sinks,
      access: spec.access ?? [],
      reissue: spec.reissue ?? 0,
      withdraw: spec.withdraw ?? false,
    })),
  )
}

/** A PKCS#10 of the requester, or the key that countersign generates. */
export function requestedKey({ request, privateKey }: RequestSpec): RequestedKey {
  if (request !== null) return { kind: 'own', pkcs10: request }
  return { kind: 'generated', spec: privateKey ?? DEFAULT_KEY }
}

/** Refuses an issuer that the configuration does not name. The defaults would give it another signer. */
function issuerFaults({ spec, places }: CertificateRequest, config: Config): readonly Problem[] {
  const { issuer } = spec
  if (issuer === null || issuerOf(issuer, config) !== null) return []
  const { name, kind, group } = issuer
  const message = `${config.path} names no signer for the ${kind} ${quoted(name)} of ${group}`
  const said = [
    `name: ${name}`,
    ...(kind === 'Issuer' ? [] : [`kind: ${kind}`]),
    ...(group === 'cert-manager.io' ? [] : [`group: ${group}`]),
  ]
  const hint = `add to issuers: - {${said.join(', ')}, signerName: …}`
  return [{ code: 'REQUEST_ISSUER_UNKNOWN', at: placeOf(places, 'issuerRef'), message, hint }]
}

const NO_SINK =
  'the private key would go nowhere: the request has no sinks, and no default names a namespace'

/** One problem for all that no default sets: a file in the wrong folder lacks all of it. */
function missingMembers(filled: Filled, config: Config, hasSink: boolean): readonly Problem[] {
  const { signerName, issuer, usages, duration } = filled.spec
  const members: (keyof DefaultSpec)[] = []
  if (signerName === null && issuer === null) members.push('signerName')
  if (usages === null) members.push('usages')
  if (duration === null) members.push('duration')
  if (members.length === 0 && hasSink) return []
  if (members.length === 0 && filled.spec.sinks?.length === 0)
    return [emptyList('REQUEST_SINK_MISSING', 'sinks', filled)]
  if (members.length === 0)
    return [missing('REQUEST_SINK_MISSING', ['sinks', 'namespace'], NO_SINK, filled, config)]
  if (!hasSink) members.push('sinks')
  const message = `neither the file nor a default sets ${members.join(', ')}`
  return [missing('REQUEST_MEMBER_MISSING', members, message, filled, config)]
}

/** `members`: those of a default, each of which would be enough. Standard input and imported files may belong to another folder. */
function missing(
  code: Code,
  members: readonly (keyof DefaultSpec)[],
  message: string,
  { places }: Filled,
  { defaults }: Config,
): Problem {
  const blocks = defaults.filter(({ spec }) => members.some(member => spec[member] !== null))
  const globs = blocks.flatMap(({ paths }) => paths).join(', ')
  const elsewhere =
    globs === ''
      ? ''
      : `. It has a default for ${globs}: move the file there (validate -: add --requests FOLDER; import: add --to FOLDER/)`
  const hint = `set it in the file, or in defaults of the configuration${elsewhere}`
  return { code, at: placeOf(places, members[0] ?? ''), message, hint }
}

/** No default fills an empty list. */
function emptyList(code: Code, member: 'clusters' | 'sinks', { places }: Filled): Problem {
  const message = `the list of ${member} is empty`
  return { code, at: placeOf(places, member), message, hint: `remove ${member}, or name one in it` }
}

function clusterFaults(
  clusters: readonly string[],
  filled: Filled,
  config: Config,
): readonly Problem[] {
  const { spec, places } = filled
  if (spec.clusters?.length === 0) return [emptyList('REQUEST_CLUSTER_MISSING', 'clusters', filled)]
  if (clusters.length === 0) {
    const message = 'neither the file nor the configuration names a cluster'
    const hint = 'set clusters in the file, or defaultCluster in the configuration'
    return [{ code: 'REQUEST_CLUSTER_MISSING', at: placeOf(places, 'clusters'), message, hint }]
  }
  const known = config.clusters.map(({ name }) => name)
  return clusters.flatMap((name, index) => {
    if (known.includes(name)) return []
    const at = placeOf(places, `clusters[${index}]`)
    const message = `there is no cluster ${quoted(name)} in the configuration`
    const hint = didYouMean(
      name,
      known,
      `use one of ${known.join(', ')}, or add ${name} to clusters`,
    )
    return [{ code: 'REQUEST_CLUSTER_UNKNOWN' as const, at, message, hint }]
  })
}

/**
 * If a renewal were due before the certificate begins, renewals would never end. A file must not ask for that. A default is left out
 * where it does not fit, since the duration of each file may differ.
 */
function renewalOf(
  request: CertificateRequest,
  { spec: { renewBefore, duration }, places }: Filled,
): {
  readonly renewBefore: RenewBefore | null
  readonly faults: readonly Problem[]
  readonly warnings: readonly Problem[]
} {
  const isShorter =
    renewBefore?.kind !== 'seconds' || duration === null || renewBefore.seconds < duration
  if (isShorter) return { renewBefore, faults: [], warnings: [] }
  const code = 'FILE_FIELD_VALUE'
  const [before, whole] = [formatDuration(renewBefore.seconds), formatDuration(duration)]
  const message = `renewBefore must be shorter than the duration: got ${before}, duration is ${whole}`
  if (request.spec.renewBefore !== null) {
    const hint = 'remove renewBefore to renew when a third of the lifetime is left'
    const at = placeOf(places, 'renewBefore')
    return { renewBefore, faults: [{ code, at, message, hint }], warnings: [] }
  }
  const source = placeOf(places, 'renewBefore')
  const from = source === null ? '' : ` (${source.file}:${source.line})`
  const warning: Problem = {
    code,
    at: placeOf(request.places, 'duration'),
    message: `the default renewBefore${from} is not used: it must be shorter than the duration, got ${before}, duration is ${whole}`,
    hint: 'the certificate is renewed when a third of its lifetime is left; to choose, add renewBefore to the file',
  }
  return { renewBefore: null, faults: [], warnings: [warning] }
}

// Whether the access of a request can be granted at all: by its own key and its usages.

/** REQUEST_ACCESS_OWN_KEY, REQUEST_ACCESS_USAGE; none if the request has no access. */
function accessFaults(
  { spec, places }: Filled,
  clusters: readonly string[],
  { owner }: Config,
): readonly Problem[] {
  if (spec.access === null || spec.access.length === 0) {
    const [claimed = '', ...more] = spec.request === null ? [] : claimedGrants(spec.request.subject)
    if (spec.request === null || more.length > 0 || !isGuardedGrant(claimed)) return []
    return ownKeyFaults(spec.request, owner, placeOf(places, 'request'))
  }
  const at = placeOf(places, 'access')
  const problems: Problem[] = []
  if (spec.request !== null) problems.push(...ownKeyFaults(spec.request, owner, at))
  if (spec.request !== null && clusters.length > 1)
    problems.push({
      code: 'REQUEST_ACCESS_OWN_KEY',
      at,
      message: `a PKCS#10 carries one grant, for one cluster: got ${clusters.join(', ')}`,
      hint: 'write a file with a request of its own for each cluster',
    })
  if (spec.usages !== null && !spec.usages.includes('client auth'))
    problems.push({
      code: 'REQUEST_ACCESS_USAGE',
      at,
      message: 'access is for certificates that log in, and "client auth" is not among the usages',
      hint: 'add it to usages, or remove access',
    })
  return problems
}

/** A PKCS#10 is signed, so the grant has to be in it. */
function ownKeyFaults({ subject }: Pkcs10, owner: string, at: Problem['at']): readonly Problem[] {
  const claimed = claimedGrants(subject)
  if (claimed.length === 1 && grantIn(subject, owner) !== null) return []
  const message =
    claimed.length === 0
      ? 'access needs a grant in the PKCS#10, and it has none'
      : `access needs one grant of ${owner} in the PKCS#10: got ${claimed.map(quoted).join(', ')}`
  const [, other = owner] = /^countersign:([^:]+):/.exec(claimed[0] ?? '') ?? []
  const renamed =
    other === owner
      ? ''
      : `if countersign.yaml had the name ${quoted(other)} before, set metadata.name back; else `
  return [{ code: 'REQUEST_ACCESS_OWN_KEY', at, message, hint: `${renamed}${writtenAgain()}` }]
}
