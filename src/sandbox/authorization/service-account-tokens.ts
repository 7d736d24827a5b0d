// Tokens of service accounts: the subresource `token` (kubernetes/pkg/registry/core/serviceaccount/storage/token.go).
import type { Admission } from '../admission/admission-request.ts'
import { timeText } from '../api/decode-object.ts'
import { invalid } from '../api/field-error.ts'
import { at, objectAt, textAt } from '../api/json-values.ts'
import type { JsonObject } from '../api/json-values.ts'
import type { Target } from '../api/registry.ts'
import { SECRETS, SERVICE_ACCOUNTS } from '../api/resources.ts'
import { invalidKind, notFound } from '../kinds/status-error.ts'
import type { RandomBytes } from '../signer/certificate-authority.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import { serviceAccountUser } from './api-users.ts'
import type { Authenticator } from './authenticate.ts'

interface TokenParts {
  readonly store: ObjectStore
  readonly authenticator: Authenticator
  readonly admit: Admission
  readonly now: () => Date
  readonly random: RandomBytes
}

const ISSUER = 'https://kubernetes.default.svc.cluster.local'

/** Answers a TokenRequest. */
export type CreateToken = (target: Target, body: JsonObject) => JsonObject

/** A token is made in a dry run too, as by the real server. */
export function tokenIssuer(parts: TokenParts): CreateToken {
  const { store, authenticator, admit, now, random } = parts
  return ({ namespace, name, user, options: { isDryRun } }, body) => {
    const account = store.read(SERVICE_ACCOUNTS, namespace, name)
    if (account === null) throw notFound(SERVICE_ACCOUNTS, name)
    const expirationSeconds = secondsOf(body)
    const end = new Date(now().getTime() + expirationSeconds * 1000)
    const request: JsonObject = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: timeText(now()) },
      spec: { audiences: [ISSUER], ...objectAt(body, 'spec'), expirationSeconds },
    }
    const target = { resource: SERVICE_ACCOUNTS, subresource: 'token', namespace, name }
    admit({ ...target, operation: 'CREATE', object: request, oldObject: null, user, isDryRun })
    const bound = textAt(body, 'spec', 'boundObjectRef', 'name')
    // The token does not end with its Secret, and pods do not run.
    if (bound !== '' && store.read(SECRETS, namespace, bound) === null)
      throw notFound(SECRETS, bound)
    const uid = textAt(account, 'metadata', 'uid')
    const jti = Buffer.from(random(16)).toString('hex')
    const owner = { ...serviceAccountUser(namespace, name), uid }
    const exp = Math.floor(end.getTime() / 1000)
    const token = jsonWebToken({ iss: ISSUER, sub: owner.name, exp, jti }, random)
    const extra = { 'authentication.kubernetes.io/credential-id': [`JTI=${jti}`] }
    authenticator.addToken(token, { ...owner, extra }, () => {
      const stored = store.read(SERVICE_ACCOUNTS, namespace, name)
      return now() < end && textAt(stored ?? {}, 'metadata', 'uid') === uid
    })
    return { ...request, status: { token, expirationTimestamp: timeText(end) } }
  }
}

function secondsOf(body: JsonObject): number {
  const asked = at(body, 'spec', 'expirationSeconds')
  const seconds = typeof asked === 'number' ? asked : 3600
  if (seconds >= 600) return seconds
  const text = 'may not specify a duration less than 10 minutes'
  const group = 'authentication.k8s.io'
  const error = invalid('spec.expirationSeconds', seconds, text)
  throw invalidKind(`TokenRequest.${group}`, group, 'TokenRequest', '', [error])
}

/** Looks like a JWT; the signature is random, because the authenticator knows each token. */
function jsonWebToken(claims: JsonObject, random: RandomBytes): string {
  const parts = [{ alg: 'RS256' }, claims].map(part => Buffer.from(JSON.stringify(part)))
  return [...parts, Buffer.from(random(32))].map(part => part.toString('base64url')).join('.')
}
