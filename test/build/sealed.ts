// Opens sealed secrets of an environment of the GitHub double, as GitHub does at the start of a job.
import sodium, { ready } from 'libsodium-wrappers'
import type { RepositoryState } from '../github-double/state.ts'

/** The value of a secret; null if there is none. Throws if it was not sealed for the key that it names. */
export async function openedSecret(
  repository: RepositoryState,
  environment: string,
  name: string,
): Promise<string | null> {
  await ready
  const secret = repository.environments.get(environment)?.secrets.get(name)
  if (secret === undefined) return null
  const { publicKey, privateKey } = secret.sealedWith
  return Buffer.from(sodium.crypto_box_seal_open(secret.sealed, publicKey, privateKey)).toString()
}
