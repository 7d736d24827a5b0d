// Writes one sink. A Secret is read back and compared; the old credential stays stored until the new one stands there.
import { ok, refuse } from '../domain/problem.ts'
import type { Checked, Problem } from '../domain/problem.ts'
import type { ArtifactSink, SecretSink } from '../domain/sink.ts'
import type { SecretManifest, StoredSecret } from '../domain/stored-secret.ts'
import type { Artifacts, Secrets } from '../ports.ts'
import { artifactTexts } from './artifact.ts'
import { marksOf, secretManifest, secretType } from './layout.ts'
import type { Parcel } from './layout.ts'

/** Whom a Secret would be written for. */
export interface Holder {
  readonly owner: string
  readonly request: string
  readonly cluster: string
}

/** What stands in the way of writing over `stored`, null where nothing does. */
export function occupiedBy(
  stored: StoredSecret | null,
  sink: SecretSink,
  holder: Holder,
): Problem | null {
  if (stored === null) return null
  const where = `Secret ${sink.namespace}/${sink.name}`
  const marks = marksOf(stored)
  if (marks === null)
    return sink.adopt
      ? null
      : problem(
          'SINK_FOREIGN',
          `${where} exists and was not written by countersign`,
          'name another Secret, or set adopt: true in the request to take it over',
        )
  if (
    marks.owner === holder.owner &&
    marks.request === holder.request &&
    marks.cluster === holder.cluster
  )
    return null
  return problem(
    'PLAN_NAME_TAKEN',
    `${where} holds the certificate of ${marks.request}, owned by ${marks.owner}`,
    'name another Secret',
  )
}

/** A Secret keeps its type for life: a request that turns from our key to theirs, or back, needs another Secret. */
export function wrongType(
  stored: StoredSecret | null,
  sink: SecretSink,
  hasKey: boolean,
): Problem | null {
  const type = secretType(hasKey)
  if (stored === null || stored.type === type) return null
  return problem(
    'SINK_TYPE',
    `Secret ${sink.namespace}/${sink.name} is of type ${stored.type}, and has to be ${type} for this request`,
    'name another Secret, or delete this one once nobody needs it; Kubernetes never changes a type',
  )
}

/**
 * Applies the Secret under the version that was read under the claim (`stored`), then reads it back. A conflict is a
 * problem unless what stands there is exactly what was to be written (a repeated write whose first answer got lost).
 */
export async function deliverSecret(
  sink: SecretSink,
  parcel: Parcel,
  stored: StoredSecret | null,
  secrets: Secrets,
): Promise<Checked<string>> {
  const manifest = secretManifest(sink, parcel)
  const where = `Secret ${sink.namespace}/${sink.name}`
  const written = await secrets.apply(manifest, stored?.version ?? null)
  const found = await secrets.read(sink.namespace, sink.name)
  if (found !== null && holds(found, manifest)) return ok(where)
  if (written.kind === 'conflict')
    return refuse(
      problem(
        'SINK_CONFLICT',
        `${where} was changed by somebody else meanwhile`,
        'nothing of it was overwritten; apply again',
      ),
    )
  return refuse(
    problem(
      'SINK_DIFFERS',
      `${where} does not hold what was just written`,
      'something in the cluster changes Secrets on their way (a webhook, an operator); the certificate is not usable until that is found',
    ),
  )
}

/** Uploads the certificate; GitHub itself compares what arrived with its SHA-256. Gives where it stands. */
export async function deliverArtifact(
  { name }: ArtifactSink,
  parcel: Parcel,
  artifacts: Artifacts,
): Promise<string> {
  const files = artifactTexts(parcel).map(({ name: file, text }) => ({
    name: file,
    bytes: new TextEncoder().encode(text),
  }))
  await artifacts.upload(name, files)
  return `artifact ${name}`
}

/** Whether a Secret holds every byte and mark of a manifest; more of it (labels of others) does not matter. */
export function holds(stored: StoredSecret, manifest: SecretManifest): boolean {
  const data = stored.data.reveal()
  const sameData = Object.entries(manifest.data.reveal()).every(
    ([name, bytes]) => data[name] !== undefined && Buffer.compare(data[name], bytes) === 0,
  )
  const sameMarks =
    includes(stored.annotations, manifest.annotations) && includes(stored.labels, manifest.labels)
  return sameData && sameMarks && stored.type === manifest.type
}

function includes(
  all: Readonly<Record<string, string>>,
  some: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(some).every(([name, value]) => all[name] === value)
}

function problem(code: Problem['code'], message: string, hint: string): Problem {
  return { code, at: null, message, hint }
}
