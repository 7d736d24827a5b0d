// A request filled from the blocks of defaults that match its path, with the places of the filled members.
import type { Config, DefaultSpec, IssuerConfig } from '../../domain/request/config.ts'
import type { Place } from '../../domain/problem.ts'
import type {
  CertificateRequest,
  IssuerRef,
  Places,
  RequestSpec,
} from '../../domain/request/request.ts'
import { matchesAnyGlob } from '../../lib/source/glob.ts'

export interface Filled {
  readonly spec: RequestSpec
  /** Namespace of a default Secret, or null. */
  readonly namespace: string | null
  readonly places: Places
}

interface Block {
  readonly index: number
  readonly spec: DefaultSpec
}

type Member = Exclude<keyof DefaultSpec, 'namespace'>

/**
 * The first block that has an absent member fills that member completely. An empty list counts as present. Names are never filled.
 * A default privateKey is for generated keys, so it does not apply to an own PKCS#10.
 */
export function filledRequest(request: CertificateRequest, config: Config): Filled {
  const blocks = config.defaults
    .map(({ paths, spec }, index) => ({ paths, spec, index }))
    .filter(({ paths }) => matchesAnyGlob(paths, request.path))
  const places = new Map(request.places)
  const issued = issuedBy(request, config)
  const fill = <M extends Member>(member: M): RequestSpec[M] | DefaultSpec[M] => {
    const own = issued[member]
    const block = own === null ? blocks.find(({ spec }) => spec[member] !== null) : undefined
    if (block === undefined) return own
    for (const [path, place] of placesOf(config.places, block, member)) places.set(path, place)
    return block.spec[member]
  }
  const { spec } = request
  const filled: RequestSpec = {
    ...spec,
    clusters: fill('clusters'),
    signerName: fill('signerName'),
    usages: fill('usages'),
    duration: fill('duration'),
    renewBefore: fill('renewBefore'),
    privateKey: spec.request === null ? fill('privateKey') : null,
    reissue: fill('reissue'),
    withdraw: fill('withdraw'),
    sinks: fill('sinks'),
  }
  const namespace = blocks.find(block => block.spec.namespace !== null)?.spec.namespace ?? null
  return { spec: filled, namespace, places }
}

/** The clusters of a filled request: those that it names, or the default one. */
export function filledClusters(
  { clusters }: RequestSpec,
  { defaultCluster }: Config,
): readonly string[] {
  return clusters ?? (defaultCluster === null ? [] : [defaultCluster])
}

/** Applies the configuration for the issuer of a cert-manager Certificate: its signer, and the cluster of that signer. */
function issuedBy({ spec }: CertificateRequest, config: Config): RequestSpec {
  const issuer = issuerOf(spec.issuer, config)
  if (issuer === null) return spec
  const clusters = issuer.cluster === null ? spec.clusters : [issuer.cluster]
  return { ...spec, signerName: issuer.signerName, clusters }
}

/** The entry of `issuers` for an issuerRef, null if there is none. */
export function issuerOf(ref: IssuerRef | null, { issuers }: Config): IssuerConfig | null {
  if (ref === null) return null
  return (
    issuers.find(
      ({ name, kind, group }) => name === ref.name && kind === ref.kind && group === ref.group,
    ) ?? null
  )
}

/** By configuration, and by `defaults[2].spec.usages` in it: each is searched once for thousands of requests. */
const FOUND = new WeakMap<Places, Map<string, Places>>()

function placesOf(from: Places, { index }: Block, member: Member): Places {
  const found = FOUND.get(from) ?? new Map<string, Places>()
  FOUND.set(from, found)
  const prefix = `defaults[${index}].spec.`
  const known = found.get(`${prefix}${member}`) ?? searched(from, prefix, member)
  found.set(`${prefix}${member}`, known)
  return known
}

/** `defaults[2].spec.usages[0]` → `usages[0]` */
function searched(from: Places, prefix: string, member: Member): Places {
  const into = new Map<string, Place>()
  for (const [path, place] of from) {
    if (!path.startsWith(`${prefix}${member}`)) continue
    const own = path.slice(prefix.length)
    const follows = own.slice(member.length)
    if (follows === '' || follows.startsWith('.') || follows.startsWith('[')) into.set(own, place)
    if (own === 'renewBeforePercentage') into.set('renewBefore', place)
  }
  return into
}
