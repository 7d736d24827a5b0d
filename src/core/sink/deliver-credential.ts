// The delivery to one sink. What it holds afterwards is compared where it can be seen; the old credential stays until the new one is
// written.
import { ok, refuse, refuseAs } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { sinkTarget } from '../../domain/request/sink.ts'
import type {
  ArtifactSink,
  FileSink,
  Form,
  GithubSecretSink,
  SealedSink,
} from '../../domain/request/sink.ts'
import type { SecretManifest, StoredSecret } from '../../domain/cluster/stored-secret.ts'
import type { Artifacts } from '../../ports/artifacts.ts'
import type { GithubSecrets } from '../../ports/github-secrets.ts'
import type { Locks } from '../../ports/locks.ts'
import type { OutputFiles } from '../../ports/output-files.ts'
import type { Secrets } from '../../ports/secrets.ts'
import type { RandomBytes } from '../../lib/x509/pkcs12-crypto.ts'
import { artifactTexts } from './artifact-content.ts'
import { keystoreFiles, keystoreOf } from './keystore-content.ts'
import { chainPem, kubeconfigOf, secretManifest } from './secret-layout.ts'
import type { DeliveryPayload, SecretPlace } from './secret-layout.ts'
import { LARGEST_SECRET, sinkTooLarge } from './sink-capabilities.ts'

/** The sink in words, and what the record keeps of a GitHub secret, which cannot be read back; null for all other sinks. */
export interface Delivered {
  readonly where: string
  readonly sealed: SealedSink | null
}

/** A Secret as it was read under the claim, null if there was none; and the password of its keystore, null if it has none. */
export interface OpenPlace {
  readonly place: SecretPlace
  readonly stored: StoredSecret | null
  readonly password: Secret<string> | null
}

/**
 * Applies the Secret under the version that was read under the claim (`stored`), and compares what the API server answers. Refuses with
 * SINK_CONFLICT if the Secret has changed since, and with SINK_DIFFERS if it does not hold what was written. After a conflict, a Secret
 * that holds the new content counts as delivered: the answer to an earlier write was lost. Throws CLUSTER_ codes.
 */
export async function deliverSecret(
  { place, stored, password }: OpenPlace,
  payload: DeliveryPayload,
  secrets: Secrets,
  locks: Locks,
): Promise<Checked<Delivered>> {
  const keystores =
    password === null
      ? {}
      : keystoreFiles(payload, { password, random: length => locks.random(length) })
  const manifest = secretManifest(place, payload, keystores)
  const where = `Secret ${place.namespace}/${place.name}`
  const written = await secrets.apply(manifest, stored?.version ?? null)
  const found =
    written.kind === 'applied' ? written.stored : await secrets.read(place.namespace, place.name)
  if (found !== null && holds(found, manifest)) return ok({ where, sealed: null })
  if (written.kind === 'conflict')
    return refuseAs(
      'SINK_CONFLICT',
      `${where} was changed by another client in the meantime`,
      'it was not overwritten; apply again',
    )
  return refuseAs(
    'SINK_DIFFERS',
    `${where} does not hold what was just written`,
    'a webhook or an operator in the cluster changes Secrets, and the certificate is not usable; find it',
  )
}

/**
 * Uploads the certificate as plain text, or one age file if there are recipients. Nothing is read back: GitHub compares the upload
 * with its SHA-256. Throws SINK_ARTIFACT, SINK_UNSUPPORTED or SINK_RECIPIENTS.
 */
export async function deliverArtifact(
  { name, recipients }: ArtifactSink,
  form: Form,
  payload: DeliveryPayload,
  artifacts: Artifacts,
  locks: Locks,
): Promise<Delivered> {
  const files = []
  if (recipients.length === 0)
    for (const { name: file, text } of artifactTexts(payload))
      files.push({ name: file, bytes: new TextEncoder().encode(text) })
  else {
    const content = contentAs(form, payload, length => locks.random(length))
    const bytes = await locks.encryptTo(recipients, content)
    files.push({ name: `${fileName(form, payload.approved.step.request.name)}.age`, bytes })
  }
  await artifacts.upload(name, files)
  return { where: `artifact ${name}`, sealed: null }
}

/**
 * Writes PEM and kubeconfig as text, a keystore in base64, since GitHub secrets are text. Refuses with SINK_TOO_LARGE above 48 KiB.
 * Throws GITHUB_ codes, and SINK_DIFFERS if the secret does not exist after the write.
 */
export async function deliverGithubSecret(
  sink: GithubSecretSink,
  form: Form,
  payload: DeliveryPayload,
  secrets: GithubSecrets,
  locks: Locks,
): Promise<Checked<Delivered>> {
  const target = sinkTarget(sink)
  const content = Buffer.from(contentAs(form, payload, length => locks.random(length)).reveal())
  const value = new Secret(content.toString(form === 'pkcs12' ? 'base64' : 'utf8'))
  const size = Buffer.byteLength(value.reveal())
  if (size > LARGEST_SECRET) return refuse({ ...sinkTooLarge(target, size), at: null })
  const put = await secrets.put(sink, value)
  return ok({ where: target, sealed: { target, ...put } })
}

/** Writes the whole file at once and reads it back. Refuses with SINK_DIFFERS if it holds something else. Throws SINK_FILE. */
export async function deliverFile(
  sink: FileSink,
  form: Form,
  payload: DeliveryPayload,
  files: OutputFiles,
  locks: Locks,
): Promise<Checked<Delivered>> {
  const content = contentAs(form, payload, length => locks.random(length))
  await files.write(sink.path, content)
  const found = await files.read(sink.path)
  if (found !== null && Buffer.compare(found.reveal(), content.reveal()) === 0)
    return ok({ where: sinkTarget(sink), sealed: null })
  return refuseAs(
    'SINK_DIFFERS',
    `${sinkTarget(sink)} does not hold what was just written`,
    'another program writes there, and the certificate is not usable; find that program',
  )
}

/** Returns whether a Secret has the type and every byte and mark of a manifest. Additional keys and labels do not matter. */
export function holds(stored: StoredSecret, manifest: SecretManifest): boolean {
  const sameMarks =
    includes(stored.annotations, manifest.annotations) && includes(stored.labels, manifest.labels)
  return holdsData(stored, manifest.data.reveal()) && sameMarks && stored.type === manifest.type
}

/** Returns whether a Secret has every one of these bytes. Additional keys do not matter. */
export function holdsData(
  stored: StoredSecret,
  wanted: Readonly<Record<string, Uint8Array>>,
): boolean {
  const data = stored.data.reveal()
  return Object.entries(wanted).every(
    ([name, bytes]) => data[name] !== undefined && Buffer.compare(data[name], bytes) === 0,
  )
}

function includes(
  all: Readonly<Record<string, string>>,
  some: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(some).every(([name, value]) => all[name] === value)
}

// The content of a sink outside the clusters (PEM, a kubeconfig or a keystore) and its file name.

/**
 * Keystores outside the clusters have an empty password. They are protected by age, by GitHub's secrets or by the file mode; a
 * password next to them would be one more secret to hand over.
 */
const NO_PASSWORD = new Secret('')

/**
 * Returns PEM (chain, then the key if there is one), a kubeconfig, or a PKCS#12 keystore (DER) with an empty password. Throws
 * RangeError for the last two without a key.
 */
export function contentAs(
  form: Form,
  payload: DeliveryPayload,
  random: RandomBytes,
): Secret<Uint8Array> {
  switch (form) {
    case 'pem':
      return bytes(`${chainPem(payload.chain)}${payload.key?.reveal() ?? ''}`)
    case 'kubeconfig':
      return bytes(kubeconfigOf(payload.approved.step, payload).reveal())
    case 'pkcs12':
      return keystoreOf(payload, { password: NO_PASSWORD, random })
  }
}

const ENDINGS = { pem: '.pem', kubeconfig: '.kubeconfig', pkcs12: '.p12' } as const

/** Returns the file name of a request in this form, for example `jane.kubeconfig`. */
function fileName(form: Form, request: string): string {
  return `${request}${ENDINGS[form]}`
}

function bytes(text: string): Secret<Uint8Array> {
  return new Secret(new TextEncoder().encode(text))
}
