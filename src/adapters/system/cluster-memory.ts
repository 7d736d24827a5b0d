// The port ClusterMemory: in this process, and in a folder of $XDG_STATE_HOME that only its owner can write.
import { hash, randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Remembered } from '../../domain/cluster/cluster-marks.ts'
import { jsonOf } from '../../domain/json-text.ts'
import { failure } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { REMEMBERED_SCHEMA } from '../../lib/schema/marks-schema.ts'
import type { ClusterMemory } from '../../ports/records.ts'
import { makeFolder } from './new-files.ts'
import { outputFiles } from './private-key-files.ts'

/** Returns a memory that ends with the process if `stateHome` is empty. */
export function clusterMemory(stateHome: string): ClusterMemory {
  const known = new Map<string, Remembered>()
  const folder = join(stateHome, 'countersign', 'clusters')
  const files = stateHome === '' ? null : outputFiles(folder)
  const pathOf = (place: string): string => join(folder, `${hash('sha256', place)}.json`)
  return {
    async read(place) {
      if (files !== null) await ownFolder(folder)
      const bytes = (await files?.read(pathOf(place))) ?? null
      if (bytes === null) return known.get(place) ?? null
      const parsed = REMEMBERED_SCHEMA.safeParse(jsonOf(new TextDecoder().decode(bytes.reveal())))
      if (parsed.success) return parsed.data
      throw failure('RUN_FILES', `${pathOf(place)} is broken`, 'delete it to forget the cluster')
    },
    async write(place, seen) {
      const kept = REMEMBERED_SCHEMA.parse(seen)
      known.set(place, kept)
      await files?.write(pathOf(place), new Secret(Buffer.from(JSON.stringify(kept))))
    },
    random: () => randomBytes(6).toString('hex'),
  }
}

/** Another user could write a restore into it that never was. */
async function ownFolder(folder: string): Promise<void> {
  await makeFolder(folder, 0o700)
  const { uid } = await stat(folder)
  if (uid === process.getuid?.()) return
  const message = `${folder} belongs to another user (uid ${uid}), so what it remembers is not believed`
  throw failure('RUN_FILES', message, 'set XDG_STATE_HOME to a folder of your own')
}
