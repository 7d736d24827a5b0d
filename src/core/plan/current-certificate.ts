// The certificate in use according to a record: issued, and not withdrawn since.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { Refused } from '../../domain/cluster/plan-step.ts'
import type { BrokenRecord, IssuedRecord, RequestRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { leafIn } from '../../lib/x509/x509-certificate.ts'
import { requestKey } from './request-index.ts'

export function currentCertificate(record: RequestRecord | null): IssuedRecord | null {
  return record?.withdrawnAt === null ? record.issued : null
}

/** Facts about the stored certificate are read from its PEM, never from other members of the record. */
export function leafOf({ certificate }: Pick<IssuedRecord, 'certificate'>): X509Certificate | null {
  return leafIn(certificate)
}

/** The refused requests, with those whose record cannot be read added; and the keys of the latter, from `requestKey`. */
export function withBroken({
  requests,
  refused,
  broken = [],
}: {
  readonly requests: readonly EffectiveRequest[]
  readonly refused: readonly Refused[]
  readonly broken?: readonly BrokenRecord[]
}): { readonly refused: readonly Refused[]; readonly stopped: ReadonlySet<string> } {
  const pathOf = ({ request, cluster }: BrokenRecord): string =>
    requests.find(each => each.name === request && each.cluster === cluster)?.path ?? request
  const stopped = broken.map(({ request, cluster, problem }): Refused => ({
    path: pathOf({ request, cluster, problem }),
    name: request,
    cluster,
    problems: [problem],
  }))
  const keys = broken.map(({ request, cluster }) => requestKey(cluster, request))
  return { refused: [...refused, ...stopped], stopped: new Set(keys) }
}
