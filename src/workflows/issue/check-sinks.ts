// The sinks of one request before a certificate is made: read under the claim; sinks that cannot or must not be written are
// refused.
import { caughtProblem, isNonEmpty } from '../../domain/problem.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import type { StoredSecret } from '../../domain/cluster/stored-secret.ts'
import { formOf, sinkTarget, placeOfSink } from '../../domain/request/sink.ts'
import type {
  ArtifactSink,
  FileSink,
  Form,
  GithubSecretSink,
  Pkcs12Keystore,
  Sink,
} from '../../domain/request/sink.ts'
import type { Artifacts } from '../../ports/artifacts.ts'
import type { GithubSecrets } from '../../ports/github-secrets.ts'
import type { OutputFiles } from '../../ports/output-files.ts'
import { artifactProblem } from '../../core/sink/artifact-content.ts'
import type { OpenPlace } from '../../core/sink/deliver-credential.ts'
import { secretPlace } from '../../core/sink/secret-layout.ts'
import type { SecretPlace } from '../../core/sink/secret-layout.ts'
import { changedByOthers, foreignTarget, sinkConflict } from '../../core/sink/sink-ownership.ts'
import { impossible } from '../../core/sink/sink-capabilities.ts'
import type { SinkCapabilities } from '../../core/sink/sink-capabilities.ts'
import type { ClusterSession } from './cluster-session.ts'
import { shellWord } from '../../lib/source/shell-word.ts'

/** A sink that can be written, and its content so far. Later runs recover from Secrets, and from no other sink. */
export type OpenSink = OpenSecret | OpenFile | OpenGithubSecret | OpenArtifact

export interface OpenSecret extends OpenPlace {
  readonly kind: 'secret'
  readonly target: string
}

interface OpenOutside {
  readonly target: string
  readonly form: Form
}

interface OpenFile extends OpenOutside {
  readonly kind: 'file'
  readonly sink: FileSink
  readonly files: OutputFiles
}

interface OpenGithubSecret extends OpenOutside {
  readonly kind: 'githubSecret'
  readonly sink: GithubSecretSink
  readonly secrets: GithubSecrets
  /** SINK_CHANGED if another writer has written there since. */
  readonly warning: Problem | null
}

interface OpenArtifact extends OpenOutside {
  readonly kind: 'artifact'
  readonly sink: ArtifactSink
  readonly artifacts: Artifacts
}

/** The sinks that are open, and why the others are not. */
export interface Opened {
  readonly open: readonly OpenSink[]
  readonly closed: readonly ClosedSink[]
}

export interface ClosedSink {
  readonly target: string
  readonly problem: Problem
}

export async function openSinks(
  request: EffectiveRequest,
  record: RequestRecord,
  session: ClusterSession,
): Promise<Opened> {
  const open: OpenSink[] = []
  const closed: ClosedSink[] = []
  for (const [index, sink] of request.sinks.entries()) {
    const found = await tried(sink, request, record, session)
    if ('kind' in found) open.push(found)
    else {
      const problem = { ...found, at: placeOf(request.places, `sinks[${index}]`) }
      closed.push({ target: sinkTarget(sink), problem })
    }
  }
  return { open, closed }
}

/**
 * The problems that stop the whole request, null if it can continue. The first certificate needs every sink: at that time a mistake
 * in the file is cheap to correct. Later, a closed sink does not keep the others from their renewal if one of the open sinks is a
 * Secret, from which a next run can read the pair.
 */
export function obstacles(
  { open, closed }: Opened,
  record: RequestRecord,
): NonEmpty<Problem> | null {
  const problems = closed.map(({ problem }) => problem)
  if (!isNonEmpty(problems)) return null
  const canGoOn = record.issued !== null && open.some(({ kind }) => kind === 'secret')
  return canGoOn ? null : problems
}

/** The same decision, as far as it is possible before the sinks are read. */
export function canDoWithout(sinks: readonly Sink[], record: RequestRecord | null): boolean {
  const isLater = record !== null && record.issued !== null
  return isLater && sinks.some(sink => secretPlace(sink) !== null)
}

export function capabilitiesOf({
  externalSinks,
}: Pick<ClusterSession, 'externalSinks'>): SinkCapabilities {
  return {
    artifacts: externalSinks.artifacts !== null,
    githubSecrets: externalSinks.githubSecrets !== null,
    files: externalSinks.files !== null,
  }
}

type Fault = Omit<Problem, 'at'>

async function tried(
  sink: Sink,
  request: EffectiveRequest,
  record: RequestRecord,
  session: ClusterSession,
): Promise<OpenSink | Fault> {
  try {
    const place = secretPlace(sink)
    return place === null
      ? await openOutside(sink, request, record, session)
      : await openSecret(place, sinkTarget(sink), request, record.issued === null, session)
  } catch (cause) {
    return caughtProblem(cause)
  }
}

async function openSecret(
  place: SecretPlace,
  target: string,
  { name, cluster, key }: EffectiveRequest,
  isFirst: boolean,
  session: ClusterSession,
): Promise<OpenSecret | Fault> {
  const stored = await readOrRehearse(place, isFirst, session)
  const holder = { owner: session.config.owner, request: name, cluster }
  const taken = sinkConflict(stored, place, holder, key.kind === 'generated')
  if (taken !== null) return taken
  const password = await passwordOf(place.keystores.pkcs12, place.namespace, session)
  if (password !== null && 'code' in password) return password
  return { kind: 'secret', target, place, stored, password }
}

/**
 * A missing namespace or right is found before a certificate is made that cannot be stored. The dry run also reports whether there is a
 * Secret, so before a first certificate it replaces the read.
 */
async function readOrRehearse(
  { namespace, name }: SecretPlace,
  isFirst: boolean,
  { cluster: { secrets } }: ClusterSession,
): Promise<StoredSecret | null> {
  if (isFirst && (await secrets.rehearse(namespace, name)) === 'absent') return null
  const stored = await secrets.read(namespace, name)
  if (stored === null && !isFirst) await secrets.rehearse(namespace, name)
  return stored
}

async function passwordOf(
  keystore: Pkcs12Keystore | null,
  namespace: string,
  session: ClusterSession,
): Promise<Secret<string> | Fault | null> {
  const reference = keystore?.passwordSecretRef ?? null
  if (reference === null) return null
  const stored = await session.cluster.secrets.read(namespace, reference.name)
  const bytes = stored?.data.reveal()[reference.key]
  if (bytes !== undefined && bytes.length > 0) return new Secret(new TextDecoder().decode(bytes))
  const isThere = stored !== null
  const what = isThere ? `has no key ${reference.key}, or nothing in it` : 'is not there'
  const { name, key } = reference
  const kubectl = session.cluster.kubectl ?? `with a login for ${session.cluster.name}: kubectl`
  const patch = shellWord(JSON.stringify({ stringData: { [key]: '…' } }))
  return {
    code: 'SINK_PASSWORD',
    message: `Secret ${namespace}/${reference.name}, which holds the password of the keystore, ${what}`,
    hint: isThere
      ? `${kubectl} patch secret ${name} -n ${namespace} -p ${patch}`
      : `${kubectl} create secret generic ${name} -n ${namespace} --from-literal=${shellWord(key)}=…`,
  }
}

async function openOutside(
  sink: Sink,
  request: EffectiveRequest,
  record: RequestRecord,
  session: ClusterSession,
): Promise<OpenSink | Fault> {
  const fault = impossible(sink, capabilitiesOf(session), request)
  if (fault !== null) return fault
  const [target, form] = [sinkTarget(sink), formOf(sink)]
  const place = placeOfSink(sink)
  const { artifacts, files, githubSecrets: secrets } = session.externalSinks
  if (place.kind === 'artifact' && artifacts !== null)
    return (
      artifactProblem(place, form, request.key.kind === 'generated') ?? {
        kind: 'artifact',
        target,
        form,
        sink: place,
        artifacts,
      }
    )
  if (place.kind === 'file' && files !== null) {
    const found = (await files.read(place.path)) === null ? null : { writtenAt: null }
    const foreign = foreignTarget(target, found, record)
    return foreign ?? { kind: 'file', target, form, sink: place, files }
  }
  if (place.kind !== 'githubSecret' || secrets === null) throw new RangeError(`no way to ${target}`)
  const writtenAt = await secrets.look(place)
  const foreign = foreignTarget(target, writtenAt === null ? null : { writtenAt }, record)
  const warning = changedByOthers(target, writtenAt, record)
  return foreign ?? { kind: 'githubSecret', target, form, sink: place, secrets, warning }
}
