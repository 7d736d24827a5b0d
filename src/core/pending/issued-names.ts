// What is kept of the names in certificates that an approver let be issued: longer than the CertificateSigningRequests, which
// kube-controller-manager deletes an hour after they were issued.
import type { IssuedName, NameHolder, NodeFacts } from '../../domain/cluster/pending-request.ts'

/** One entry for each name of a node, with the latest end, and without those that have ended. */
export function mergeIssued(
  before: readonly IssuedName[],
  added: readonly IssuedName[],
  now: Date,
): readonly IssuedName[] {
  const merged = new Map<string, IssuedName>()
  for (const each of [...before, ...added].filter(({ until }) => until > now)) {
    const at = `${each.commonName} ${each.name}`
    const other = merged.get(at)
    if (other === undefined || other.until < each.until) merged.set(at, each)
  }
  return [...merged.values()]
}

/** `held`, and the recorded names that have not ended. */
export function withIssuedNames(
  held: NodeFacts['held'],
  issued: readonly IssuedName[],
  now: Date,
): Map<string, readonly NameHolder[]> {
  const all = new Map(held)
  for (const { name, commonName, until } of issued)
    if (until > now) all.set(name, [...(all.get(name) ?? []), { commonName, key: null }])
  return all
}
