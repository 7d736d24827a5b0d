// The port CertificateCache: a file in a folder that only its owner can read.
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { Secret } from '../../domain/request/secret-value.ts'
import type { CertificateCache } from '../../ports/certificate-cache.ts'
import { makeFolder } from './new-files.ts'
import { outputFiles } from './private-key-files.ts'

/** Each of these has a certificate of its own. */
export interface CacheOwner {
  /** Name of the request. */
  readonly name: string
  /** Null if the request names it. */
  readonly cluster: string | null
  /** owner/name */
  readonly repository: string
}

/** `folder` is made if it is missing. */
export function certificateCacheFile(
  folder: string,
  { name, cluster, repository }: CacheOwner,
): CertificateCache {
  const digest = hash('sha256', JSON.stringify([repository, cluster]))
  const path = join(folder, `${name}.${digest.slice(0, 12)}.json`)
  const files = outputFiles(folder)
  return {
    async read() {
      await makeFolder(folder, 0o700)
      const bytes = await files.read(path)
      return bytes === null ? null : Buffer.from(bytes.reveal()).toString('utf8')
    },
    async write(text) {
      await makeFolder(folder, 0o700)
      await files.write(path, new Secret(new TextEncoder().encode(text)))
    },
  }
}
