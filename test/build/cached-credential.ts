// A person's own key and a certificate for it in the cache of `countersign credential`, in a home folder.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificateCacheFile } from '../../src/adapters/system/certificate-cache-file.ts'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import { store } from '../../src/workflows/setup/current-credential.ts'
import { authority, keyPair, pemOf, secondsAfter } from './issued.ts'

/** The arguments that answer from the cache. */
export const CREDENTIAL = ['credential', 'jane', '--repository', 'acme/certs', '--cluster', 'prod']

export async function cacheCredential(home: string): Promise<void> {
  const keys = keyPair()
  const now = new Date()
  const dates = { notBefore: secondsAfter(now, -60), notAfter: secondsAfter(now, 86_400) }
  const certificate = pemOf(authority('cluster').issue({ spki: keys.spki, ...dates }))
  const owner = { name: 'jane', repository: 'acme/certs', spki: keys.spki }
  const found = { cluster: 'prod', certificate, ...dates, signerCa: null, renewBefore: null }
  const cache = certificateCacheFile(join(home, '.countersign'), { ...owner, cluster: 'prod' })
  await store({ cache, clock: systemClock }, owner, found, [])
  const pem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' })
  writeFileSync(join(home, '.countersign/jane.key'), pem, { mode: 0o600 })
}
