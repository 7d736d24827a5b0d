// Environment secrets: their key, their existence, and writes. No answer shows a value.
import { putEnvironmentSecret } from '../../environments.ts'
import type { SecretState } from '../../state.ts'
import { notFound, ok, unprocessable } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { environmentOf } from './environment.ts'
import { time } from './place.ts'
import type { RepositoryRequest } from './place.ts'

/** A sealed box is longer than its content by the sender's key and the authenticator. */
const BOX_BYTES = 48
const LARGEST = 48 * 1024

/** GET /repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key. */
export function getEnvironmentKey(request: RepositoryRequest): Answer {
  const { key } = environmentOf(request)
  return ok({ key_id: key.id, key: Buffer.from(key.publicKey).toString('base64') })
}

/** GET /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}. */
export function getEnvironmentSecret(request: RepositoryRequest): Answer {
  const { name, createdAt, updatedAt } = secretOf(request)
  return ok({ name, created_at: time(createdAt), updated_at: time(updatedAt) })
}

/** GET /repos/{owner}/{repo}/actions/secrets/{secret_name}: no repository of the double has secrets outside of an environment. */
export function getRepositorySecret(): Answer {
  throw notFound()
}

/** PUT /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}. */
export function putSecret(request: RepositoryRequest): Answer {
  const environment = environmentOf(request)
  const sealed = Buffer.from(member(request.body, 'encrypted_value'), 'base64')
  if (member(request.body, 'key_id') !== environment.key.id)
    throw unprocessable('The key_id is not the id of the current public key.')
  if (sealed.length < BOX_BYTES) throw unprocessable('Improperly encrypted secret')
  if (sealed.length > LARGEST + BOX_BYTES) throw unprocessable('Value is too large')
  const { state } = request.site.world
  const isNew = putEnvironmentSecret(state, environment, nameIn(request), sealed)
  return isNew ? { ...ok({}), status: 201 } : { ...ok(null), status: 204 }
}

/** DELETE /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}. */
export function deleteSecret(request: RepositoryRequest): Answer {
  const { name } = secretOf(request)
  environmentOf(request).secrets.delete(name)
  return { ...ok(null), status: 204 }
}

function secretOf(request: RepositoryRequest): SecretState {
  const secret = environmentOf(request).secrets.get(nameIn(request))
  if (secret === undefined) throw notFound()
  return secret
}

/** GitHub's names are case-insensitive. */
function nameIn({ parameters }: RepositoryRequest): string {
  return (parameters['secret_name'] ?? '').toUpperCase()
}

function member(body: unknown, name: string): string {
  const value: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  if (typeof value !== 'string') throw unprocessable(`Invalid request. "${name}" wasn't supplied.`)
  return value
}
