// The port GithubSecrets over GitHub's REST API. Values are sealed with the environment's public key (libsodium, loaded with the
// first secret). One write a second.
import { hash } from 'node:crypto'
import { z } from 'zod'
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import type { Secret } from '../../../domain/request/secret-value.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import type { GithubPlace, GithubSecrets } from '../../../ports/github-secrets.ts'
import type { GithubAccess } from '../connection/github-api-access.ts'
import { DATE, understood } from '../connection/answer-shapes.ts'
import { Connection } from '../connection/github-connection.ts'
import type { ConnectionLimits, RestCall } from '../connection/github-connection.ts'

/** GitHub asks for one second between writes of one token, and blocks tokens that write faster. */
const PACE_MS = 1000
const NEEDS = 'environments: write'
const KEY_BYTES = 32
const REFUSALS = [401, 403, 404, 422]

const PUBLIC_KEY = z.object({
  key_id: z.string().min(1),
  key: z.string().refine(text => Buffer.from(text, 'base64').length === KEY_BYTES),
})
const SECRET = z.object({ updated_at: DATE })

/** `random`: from 0 to 1. Throws GITHUB_INSECURE for a URL that must not get the token. */
export function githubSecrets(
  access: GithubAccess,
  clock: Clock,
  random: () => number,
  limits: Partial<ConnectionLimits> = {},
): GithubSecrets {
  const connection = new Connection(access, clock, random, limits)
  /** Resolves one second after the previous write. */
  let turn: Promise<void> = Promise.resolve()
  return {
    async look(place) {
      await publicKey(place)
      return writtenAt(place)
    },

    async put(place, value) {
      const keyId = await inTurn(() => write(place, value))
      const updatedAt = await writtenAt(place)
      if (updatedAt === null)
        throw failure(
          'SINK_DIFFERS',
          `GitHub took ${spelled(place)}, and has no such secret`,
          'another client deletes it, and the certificate is not usable; find that client',
        )
      const sha256 = hash('sha256', value.reveal())
      return { keyId, sha256, updatedAt }
    },

    async remove(place) {
      const doing = `delete ${spelled(place)}`
      const { status } = await inTurn(() => connection.send('DELETE', secret(place, doing)))
      if (status !== 204 && status !== 404) throw refused(status, doing, place)
    },
  }

  /** Returns the id of the key that sealed the value. If the key changed in the meantime, it is fetched once more. */
  async function write(place: GithubPlace, value: Secret<string>): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      const { key_id: keyId, key } = await publicKey(place)
      const { status } = await connection.send('PUT', {
        ...secret(place, `write ${spelled(place)}`),
        parameters: {
          ...parametersOf(place),
          encrypted_value: await sealed(value, key),
          key_id: keyId,
        },
      })
      if (status === 201 || status === 204) return keyId
      if (status !== 422 || attempt > 0) throw refused(status, `write ${spelled(place)}`, place)
    }
  }

  async function publicKey(place: GithubPlace): Promise<z.output<typeof PUBLIC_KEY>> {
    const doing = `read the key that ${spelled(place)} is sealed with`
    const route = '/repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key'
    const answer = await connection.rest({ ...secret(place, doing), route })
    if (answer.status !== 200) throw refused(answer.status, doing, place)
    return understood(PUBLIC_KEY, answer.data, doing)
  }

  async function writtenAt(place: GithubPlace): Promise<Date | null> {
    const doing = `look at ${spelled(place)}`
    const answer = await connection.rest(secret(place, doing))
    // The environment exists, since its key was read a moment ago. So 404 means that the secret does not exist.
    if (answer.status === 404) return null
    if (answer.status !== 200) throw refused(answer.status, doing, place)
    return understood(SECRET, answer.data, doing).updated_at
  }

  function secret(place: GithubPlace, doing: string): RestCall {
    return {
      route: '/repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}',
      parameters: parametersOf(place),
      doing,
      needs: NEEDS,
      alsoTakes: REFUSALS,
    }
  }

  async function inTurn<T>(write: () => Promise<T>): Promise<T> {
    const before = turn
    let next = (): void => undefined
    turn = new Promise(resolve => (next = resolve))
    await before
    try {
      return await write()
    } finally {
      void clock.sleep(PACE_MS).then(next, next)
    }
  }
}

/** libsodium's sealed box: only the environment's private key opens it. */
async function sealed(value: Secret<string>, key: string): Promise<string> {
  const { default: sodium } = await import('libsodium-wrappers')
  await sodium.ready
  const box = sodium.crypto_box_seal(value.reveal(), new Uint8Array(Buffer.from(key, 'base64')))
  return Buffer.from(box).toString('base64')
}

function parametersOf({ repository, environment, name }: GithubPlace): Record<string, string> {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo, environment_name: environment, secret_name: name }
}

function refused(status: number, doing: string, place: GithubPlace): CountersignError {
  const { repository, environment } = place
  const could = `could not ${doing}`
  const grant = `give the App the repository permission Environments: write, install it on ${repository}, and pass its app-id and app-private-key (at a terminal COUNTERSIGN_APP_ID and COUNTERSIGN_APP_PRIVATE_KEY)`
  if (status === 401)
    return failure('GITHUB_UNAUTHORIZED', `${could}: GitHub does not accept the token`, grant)
  if (status === 403)
    return failure('GITHUB_FORBIDDEN', `${could}: the token lacks the permission (403)`, grant)
  if (status === 404)
    return failure(
      'GITHUB_NOT_FOUND',
      `${could}: there is no environment ${environment} in ${repository}, or the token may not see it`,
      `make the environment under Settings, Environments; or ${grant}`,
    )
  return failure('GITHUB_ANSWER', `${could}: GitHub does not take it (${status})`, 'apply again')
}

function spelled({ repository, environment, name }: GithubPlace): string {
  return `the secret ${name} of the environment ${environment} of ${repository}`
}
