// Environments of a repository and their secrets. The double holds both keys of each pair, so that a test can open sealed secrets.
import { generateKeyPairSync } from 'node:crypto'
import { newId } from './people.ts'
import { found } from './refusal.ts'
import type { EnvironmentState, GithubState, RepositoryState } from './state.ts'

/** A raw X25519 key is the end of its DER. */
const KEY_BYTES = 32

export function createEnvironment(
  state: GithubState,
  repository: RepositoryState,
  name: string,
): EnvironmentState {
  const environment: EnvironmentState = {
    id: newId(state),
    name,
    branches: 'any',
    policies: [],
    waitTimer: 0,
    preventsSelfReview: false,
    reviewers: [],
    secrets: new Map(),
    key: newKey(state),
  }
  repository.environments.set(name, environment)
  return environment
}

/** GitHub rotates keys from time to time; a secret sealed with the old key is then refused. */
export function rotateEnvironmentKey(
  state: GithubState,
  repository: RepositoryState,
  name: string,
): void {
  found(repository.environments.get(name), 'the environment').key = newKey(state)
}

/** Returns true if the name is new. */
export function putEnvironmentSecret(
  state: GithubState,
  environment: EnvironmentState,
  name: string,
  sealed: Uint8Array,
): boolean {
  const before = environment.secrets.get(name)
  const createdAt = before?.createdAt ?? state.now
  const sealedWith = environment.key
  environment.secrets.set(name, { name, sealed, sealedWith, createdAt, updatedAt: state.now })
  return before === undefined
}

function newKey(state: GithubState): EnvironmentState['key'] {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return {
    id: `${newId(state)}`,
    publicKey: raw(publicKey.export({ type: 'spki', format: 'der' })),
    privateKey: raw(privateKey.export({ type: 'pkcs8', format: 'der' })),
  }
}

function raw(der: Uint8Array): Uint8Array {
  return new Uint8Array(der.subarray(-KEY_BYTES))
}
