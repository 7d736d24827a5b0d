// Artifacts of this workflow run, uploaded by GitHub's own client. This file explains its errors, and lets a second upload replace
// the first. The client is large and rarely needed, so it is loaded with the first artifact.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactClient } from '@actions/artifact'
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import type { ArtifactFile, Artifacts } from '../../../ports/artifacts.ts'
import type { Clock } from '../../../ports/clock-port.ts'

/** The client tries each of its calls five times, in about 30 seconds. */
const LONGEST_MILLISECONDS = 120_000

/** The client reads these variables itself. The runner gives them to actions only. */
const RUNNER_GIVES = ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RESULTS_URL']

/** Null if no runner takes artifacts. `temp`: a folder that is deleted after the job. */
export function artifactsOfRun(
  environment: Readonly<Record<string, string | undefined>>,
  temp: string,
  clock: Clock,
): Artifacts | null {
  if (!RUNNER_GIVES.every(name => (environment[name] ?? '') !== '')) return null
  return {
    /** Throws SINK_ARTIFACT; SINK_UNSUPPORTED on GitHub Enterprise Server. */
    async upload(name, files) {
      const over = new AbortController()
      const tooLong = async (): Promise<never> => {
        await clock.sleep(LONGEST_MILLISECONDS, over.signal)
        throw refused(name, 'it did not answer in time', AGAIN)
      }
      // After a timeout the upload continues in the background for a while, then deletes its own files.
      try {
        await Promise.race([upload(temp, name, files), tooLong()])
      } finally {
        over.abort()
      }
    },
  }
}

async function upload(temp: string, name: string, files: readonly ArtifactFile[]): Promise<void> {
  const folder = await mkdtemp(join(temp, 'countersign-artifact-'))
  try {
    const paths = files.map(file => join(folder, file.name))
    for (const [index, { bytes }] of files.entries())
      await writeFile(paths[index] ?? '', bytes, { mode: 0o600 })
    const { DefaultArtifactClient } = await import('@actions/artifact')
    await replace(new DefaultArtifactClient(), name, paths, folder)
  } catch (cause) {
    throw translated(name, cause)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A run holds each name once. In a re-run, the artifact of an earlier attempt still has the name. */
async function replace(
  client: ArtifactClient,
  name: string,
  paths: readonly string[],
  folder: string,
): Promise<void> {
  try {
    await client.uploadArtifact(name, [...paths], folder)
  } catch (cause) {
    if (!isTaken(cause)) throw cause
    await client.deleteArtifact(name)
    await client.uploadArtifact(name, [...paths], folder)
  }
}

/** The client reports statuses only in the text of its errors. */
function isTaken(cause: unknown): boolean {
  return cause instanceof Error && /\(409\)|already exists/.test(cause.message)
}

const AGAIN = 'the certificate is not lost: the next run uploads it'

/** Attaches no cause: errors of Azure's client contain the signed address of the upload. */
function translated(name: string, cause: unknown): CountersignError {
  const { name: kind, message } = cause instanceof Error ? cause : new Error('no reason given')
  if (kind === 'GHESNotSupportedError')
    return failure(
      'SINK_UNSUPPORTED',
      `GitHub Enterprise Server does not take the artifact ${name}`,
      'name a Secret in sinks',
    )
  // The client wraps these two errors, so only their text is left.
  if (/storage quota/.test(message))
    return refused(
      name,
      'the storage for artifacts is full',
      'delete old artifacts, or raise the limit; the next run uploads it',
    )
  const network = /Unable to make request: (\w+)/.exec(message)?.[1]
  if (network !== undefined)
    return refused(name, `its artifact service cannot be reached (${network})`, AGAIN)
  if (isTaken(cause) || kind === 'ArtifactNotFoundError')
    return refused(
      name,
      'an upload of an earlier attempt of this run is in the way, and cannot be taken away',
      'start a new run instead of running this one again',
    )
  return refused(name, withoutAddresses(message), AGAIN)
}

function refused(name: string, why: string, hint: string): CountersignError {
  return failure('SINK_ARTIFACT', `GitHub did not take the artifact ${name}: ${why}`, hint)
}

const LONGEST_REASON = 200

function withoutAddresses(message: string): string {
  const [line = ''] = message.split('\n')
  return line.replaceAll(/https?:\/\/\S+/g, '(address)').slice(0, LONGEST_REASON)
}
