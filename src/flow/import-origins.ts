// Where each member of an imported request comes from: the file itself, a line of the configuration, or countersign.
import type { Config } from '../domain/config.ts'
import type { Place } from '../domain/problem.ts'
import type { CertificateRequest, RequestSpec } from '../domain/request.ts'
import { placeOf } from '../domain/request.ts'
import { filledRequest } from '../config/fill.ts'
import { sanMember, subjectMember } from '../kubernetes/members.ts'

/** A member and where it is said; null where countersign itself does. */
export interface Told {
  readonly member: string
  readonly at: Place | null
}

export interface Origins {
  readonly taken: readonly Told[]
  readonly defaulted: readonly Told[]
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
export function originsOf(request: CertificateRequest, config: Config): Origins {
  const { spec, places } = request
  const { spec: filled, places: all } = filledRequest(request, config)
  const names = saidNames(spec).map(member => ({ member, at: placeOf(places, member) }))
  const taken = MEMBERS.filter(member => spec[member] !== null).map(member => ({
    member,
    at: placeOf(places, member) ?? placeOf(places, 'request'),
  }))
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

/** Members of ours that hold a name, in the order of the documentation. */
function saidNames({ subject, sans }: RequestSpec): readonly string[] {
  const attributes = subject.flat().map(({ oid }) => subjectMember(oid))
  const said = new Set([...attributes, ...sans.map(sanMember)])
  return [...said].filter(isOurs).toSorted((a, b) => rank(a) - rank(b))
}

function isOurs(member: string): boolean {
  return rank(member) < NAMES.length
}

function rank(member: string): number {
  const index = NAMES.findIndex(name => member === name || member.startsWith(`${name}.`))
  return index === -1 ? NAMES.length : index
}
