// Requester of a file: the author of the pull request that brought it, if nobody else contributed to it. Else it is unknown.
import { uniqueBy } from '../../domain/lists.ts'
import type { Config } from '../../domain/request/config.ts'
import type { Evidence, EvidencedPerson } from '../../domain/proof/evidence.ts'
import type { Requester } from '../../domain/request/policy.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { contributorsSince } from '../../core/approval/contributors/contributors-since.ts'
import type { Background, ProofFacts, FileOrigin } from '../../core/approval/proof-facts.ts'
import { mergeSourceOf } from '../../core/approval/merges/merge-source.ts'

/** A file with what came since its last proved version. */
export type OriginWithBackground = FileOrigin & { readonly background: Background }

/** By the origin of the file; for a request with nothing to do, by the evidence in its record. */
export function requesterOf(
  fileOrigin: OriginWithBackground | undefined,
  request: EffectiveRequest,
  facts: ProofFacts,
  { people }: Config,
  records: ReadonlyMap<string, readonly RequestRecord[]>,
): Requester | null {
  return named(
    fileOrigin === undefined ? fromRecord(request, records) : bringer(fileOrigin, facts),
    people,
  )
}

/** The requester of an earlier version, by the landings since the version before it. */
export function requesterThen(
  fileOrigin: OriginWithBackground,
  facts: ProofFacts,
  { people }: Config,
): Requester | null {
  return named(bringer(fileOrigin, facts), people)
}

/** The author of a pull request, if nobody else contributed since the last version that was proved and allowed. */
export function requesterOn(
  fileOrigin: OriginWithBackground,
  pull: PullRequest,
  facts: ProofFacts,
  { people }: Config,
): Requester | null {
  return named(soleAuthor(fileOrigin, pull, facts), people)
}

function named(person: EvidencedPerson | null, people: Config['people']): Requester | null {
  if (person === null) return null
  const { id, login } = person
  return { id, login, name: people.find(each => each.id === id)?.name ?? null }
}

/** The only contributor of the pull request. If one merge ended several: the only such person among them. */
function bringer(fileOrigin: OriginWithBackground, facts: ProofFacts): EvidencedPerson | null {
  const { pullRequests } = mergeSourceOf(fileOrigin.landing, facts)
  const authors = pullRequests.flatMap(pull => soleAuthor(fileOrigin, pull, facts) ?? [])
  const [author, ...others] = uniqueBy(authors, ({ id }) => id)
  return author === undefined || others.length > 0 ? null : author
}

function soleAuthor(
  fileOrigin: OriginWithBackground,
  pull: PullRequest,
  facts: ProofFacts,
): EvidencedPerson | null {
  if (pull.author === null) return null
  const { people, unattributed, hasUnknownPusher } = contributorsSince(fileOrigin, pull, facts)
  const isAlone = people.size === 1 && unattributed === null && !hasUnknownPusher
  return isAlone ? (people.get(pull.author.id)?.person ?? null) : null
}

function fromRecord(
  { name, cluster, path, blob }: EffectiveRequest,
  records: ReadonlyMap<string, readonly RequestRecord[]>,
): EvidencedPerson | null {
  const issued = records.get(cluster)?.find(({ request }) => request === name)?.issued
  const evidence = issued?.proof.evidence ?? null
  if (evidence === null || evidence.path !== path || evidence.blob !== blob) return null
  return soleContributor(evidence)
}

function soleContributor(evidence: Evidence): EvidencedPerson | null {
  const { contributors: people, unattributed, hasUnknownPusher, pullRequest } = evidence
  const isAlone = people.length === 1 && unattributed === null && !hasUnknownPusher
  return isAlone ? (people.find(({ id }) => id === pullRequest.author?.id) ?? null) : null
}
