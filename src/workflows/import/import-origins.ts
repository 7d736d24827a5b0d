// Origin of each member of an imported request: the file itself, a line of the configuration, or countersign.
import type { ImportReport, MemberOrigin } from '../../domain/request/import-report.ts'
import type { Config } from '../../domain/request/config.ts'
import { NAME_MEMBERS } from '../../domain/request/policy.ts'
import type { Place } from '../../domain/problem.ts'
import type { CertificateRequest, Places, RequestSpec } from '../../domain/request/request.ts'
import { placeOf } from '../../domain/request/request.ts'
import { filledRequest } from '../../core/config/merge-defaults.ts'
import { sanMember, subjectMember } from '../../lib/kubernetes/names-in-spec.ts'

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

export function originsOf(
  request: CertificateRequest,
  config: Config,
): Pick<ImportReport, 'taken' | 'defaulted'> {
  const { spec, places } = request
  const { spec: filled, places: all } = filledRequest(request, config)
  const names = saidNames(spec).map(member => ({ member, at: placeInside(places, member) }))
  const taken = MEMBERS.filter(member => spec[member] !== null).map(member => ({
    member,
    at: placeInside(places, member) ?? placeOf(places, 'request'),
  }))
  const defaulted = MEMBERS.filter(member => spec[member] === null && member !== 'request').flatMap(
    (member): readonly MemberOrigin[] => {
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

/** Members from `issuers` have the place of the issuer's entry. */
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

/** Our members with names, in the order of the documentation. */
function saidNames({ subject, sans }: RequestSpec): readonly string[] {
  const attributes = subject.flat().map(({ oid }) => subjectMember(oid))
  const said = new Set([...attributes, ...sans.map(sanMember)])
  return ['commonName', ...NAME_MEMBERS.filter(name => name !== 'commonName')].filter(member =>
    said.has(member),
  )
}

/** The place of a member, or of its first part with a place: other formats have it in several parts. */
function placeInside(places: Places, member: string): Place | null {
  const inside = [...places.keys()].find(
    key => key === member || key.startsWith(`${member}.`) || key.startsWith(`${member}[`),
  )
  return placeOf(places, inside ?? member)
}
