// The rules for deleting from sinks: what countersign wrote, and nobody has changed since, is deleted. Everything else stays, with
// a problem that says who can delete it.
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { IssuedRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { sinkTarget, placeOfSink } from '../../domain/request/sink.ts'
import type {
  ArtifactSink,
  FileSink,
  GithubSecretSink,
  SealedSink,
  Sink,
} from '../../domain/request/sink.ts'
import type { StoredSecret } from '../../domain/cluster/stored-secret.ts'
import { isMarkedFor } from './sink-ownership.ts'
import type { MarkedRequest } from './sink-ownership.ts'
import { marksOf } from './secret-layout.ts'
import { shellWord } from '../../lib/source/shell-word.ts'

/** A sink that is not a Secret of a cluster. */
export type OtherSink = GithubSecretSink | ArtifactSink | FileSink

/** Returns the place that a sink writes. Throws RangeError if that is a Secret of a cluster. */
export function otherSink(sink: Sink): OtherSink {
  const place = placeOfSink(sink)
  if (place.kind === 'secret') throw new RangeError('it is a Secret')
  return place
}

/**
 * Returns SINK_NOT_DELETED unless the marks of the Secret name this owner, request and cluster; null if they do and it may be
 * deleted.
 */
export function notOurs(stored: StoredSecret, holder: MarkedRequest): Problem | null {
  const marks = marksOf(stored)
  if (marks !== null && isMarkedFor(marks, holder)) return null
  return left(
    `Secret ${stored.namespace}/${stored.name} has no mark that it was written for ${holder.request}, so it is kept`,
    'delete it by hand if it holds the credential',
  )
}

/**
 * Returns SINK_NOT_DELETED unless `updatedAt` of GitHub is the time in the record; null if it is and the secret may be deleted. A
 * null `written` means that the record lists no write, so the secret stays.
 */
export function notAsWritten(
  sink: GithubSecretSink,
  written: SealedSink | null,
  updatedAt: Date,
): Problem | null {
  if (written?.updatedAt.getTime() === updatedAt.getTime()) return null
  return left(
    `the secret ${sink.name} of the environment ${sink.environment} in ${sink.repository} was written again after the recorded time, so it is kept`,
    'delete it by hand if it holds the credential',
  )
}

/** Returns SINK_NOT_DELETED for a sink that countersign does not delete; the hint says who can, and how. */
export function leftBehind(sink: OtherSink): Problem {
  switch (sink.kind) {
    case 'artifact':
      return left(
        `the artifact ${sink.name} is not deleted`,
        'a person with write access can delete it on the page of its run; otherwise GitHub deletes it after its retention period',
      )
    case 'githubSecret':
      return left(
        `the secret ${sink.name} of the environment ${sink.environment} in ${sink.repository} is not deleted`,
        `an administrator of that repository deletes it: gh secret delete ${shellWord(sink.name)} --env ${shellWord(sink.environment)} --repo ${shellWord(sink.repository)}`,
      )
    case 'file':
      return left(
        `the file ${sink.path} is not deleted`,
        'delete it on the machine that applied it',
      )
  }
}

/**
 * Returns SINK_NOT_DELETED for a sink that the record names and no file in git does. It stays: a user who can write records must
 * not choose what is deleted.
 */
export function reportLeftover(target: string, { name }: Pick<EffectiveRequest, 'name'>): Problem {
  return left(
    `${target} may hold the certificate of ${name} according to the record, but no file in git names it, so it is kept`,
    'delete it by hand if it holds the credential; git does not know files that were applied without a commit',
  )
}

/**
 * Returns SINK_NOT_DELETED for each sink that holds the previous certificate and that the request no longer names, because no later
 * run looks there; empty if there is none. `until` is the end of the previous certificate.
 */
export function noLongerNamed(
  { name, sinks }: Pick<EffectiveRequest, 'name' | 'sinks'>,
  before: IssuedRecord,
  until: Date,
): readonly Problem[] {
  const named = new Set(sinks.map(sinkTarget))
  return before.sinks.flatMap(sink => {
    const target = sinkTarget(sink)
    const { kind } = placeOfSink(sink)
    // An artifact belongs to one run and expires by itself.
    if (kind === 'artifact' || named.has(target) || !before.written.includes(target)) return []
    const holds = before.incomplete.includes(target) ? 'may hold' : 'holds'
    return [
      left(
        `${target} is no longer among the sinks of ${name}, and ${holds} the certificate before, which works until ${until.toISOString()}`,
        'it is not deleted, since it may still be in use; delete it by hand when it is not',
      ),
    ]
  })
}

function left(message: string, hint: string): Problem {
  return unplaced('SINK_NOT_DELETED', message, hint)
}
