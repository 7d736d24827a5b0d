// CertificateSigningRequests: what each endpoint may change (kubernetes/pkg/registry/certificates/certificates/strategy.go)
// and the three admission plugins (plugin/pkg/admission/certificates).
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import type { Authorizer } from '../authorization/authorize.ts'
import { timeText } from '../api/decode-object.ts'
import { at, copy, isObject, listAt, memberObject, same, textAt } from '../api/json-values.ts'
import type { Json, JsonObject } from '../api/json-values.ts'
import { anyName } from '../api/object-name-rules.ts'
import { requestOf } from './pem-fault.ts'
import { SIGNING_REQUESTS } from '../api/resources.ts'
import {
  validateSigningRequest,
  validateSigningRequestUpdate,
} from './signing-request-validation.ts'
import { forbidden } from './status-error.ts'
import { PLAIN } from './kind-strategy.ts'
import type { Strategy } from './kind-strategy.ts'
import { MASTERS, userInfo } from '../authorization/api-users.ts'
import type { User } from '../authorization/api-users.ts'

export function signingRequestStrategy(authorizer: Authorizer, now: () => Date): Strategy {
  return {
    ...PLAIN,
    nameRule: anyName,
    resetFields: {
      '': ['spec', 'status'],
      approval: ['spec', 'status.certificate'],
      status: ['spec', 'status.conditions'],
    },
    selectableFields: object => ({ 'spec.signerName': textAt(object, 'spec', 'signerName') }),
    unknownField: field => `field label not supported: ${field}`,
    prepareForCreate: stampRequester,
    validate: validateSigningRequest,
    admitCreate: refuseMasters,
    prepareForUpdate: (next, old, subresource) => {
      prepareForUpdate(next, old, subresource, timeText(now()))
    },
    validateUpdate: validateSigningRequestUpdate,
    admitUpdate: (next, old, subresource, user) => {
      admitUpdate(next, old, subresource, user, authorizer)
    },
  }
}

/** A client's word on who asks, and on any status, is replaced. */
function stampRequester(object: JsonObject, user: User): void {
  const spec = memberObject(object, 'spec')
  for (const member of ['username', 'uid', 'groups', 'extra']) delete spec[member]
  Object.assign(spec, userInfo(user))
  object['status'] = {}
}

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'

function refuseMasters(object: JsonObject): void {
  if (textAt(object, 'spec', 'signerName') !== CLIENT_SIGNER) return
  const request = requestOf(
    Buffer.from(textAt(object, 'spec', 'request'), 'base64').toString('latin1'),
  )
  if (request === null || !attributeValues(request.subject, ATTRIBUTE_OIDS.O).includes(MASTERS))
    return
  const detail = `use of ${CLIENT_SIGNER} signer with ${MASTERS} group is not allowed`
  throw forbidden(SIGNING_REQUESTS, textAt(object, 'metadata', 'name'), detail)
}

function prepareForUpdate(
  next: JsonObject,
  old: JsonObject,
  subresource: string,
  now: string,
): void {
  next['spec'] = copy(at(old, 'spec') ?? {})
  const before = copy(at(old, 'status') ?? {})
  if (subresource === '') {
    next['status'] = before
    return
  }
  if (subresource === 'status') keepApproval(next, old)
  fillTimes(next, old, now)
  if (subresource === 'approval') keepCertificate(next, old)
}

/** Approved and Denied stay as they were; adding or removing them is left to validation. */
function keepApproval(next: JsonObject, old: JsonObject): void {
  const conditions = listAt(next, 'status', 'conditions')
  const before = listAt(old, 'status', 'conditions')
  const restored = [...conditions]
  for (const type of ['Approved', 'Denied']) {
    const olds = before.filter(item => textAt(item, 'type') === type)
    const positions = conditions.flatMap((item, index) =>
      textAt(item, 'type') === type ? [index] : [],
    )
    if (olds.length !== positions.length) continue
    positions.forEach((position, index) => {
      const kept = olds[index]
      if (kept !== undefined) restored[position] = copy(kept)
    })
  }
  if (restored.length > 0) memberObject(next, 'status')['conditions'] = restored
}

function keepCertificate(next: JsonObject, old: JsonObject): void {
  const status = memberObject(next, 'status')
  const certificate = at(old, 'status', 'certificate')
  if (certificate === undefined) delete status['certificate']
  else status['certificate'] = certificate
}

function fillTimes(next: JsonObject, old: JsonObject, now: string): void {
  const before = listAt(old, 'status', 'conditions')
  for (const condition of listAt(next, 'status', 'conditions')) {
    if (!isObject(condition)) continue
    condition['lastUpdateTime'] ??= now
    condition['lastTransitionTime'] ??= transitionOf(condition, before) ?? now
  }
}

function transitionOf(condition: JsonObject, before: readonly Json[]): string | null {
  const found = before.find(
    item =>
      textAt(item, 'type') === textAt(condition, 'type') &&
      textAt(item, 'status') === textAt(condition, 'status'),
  )
  const time = textAt(found, 'lastTransitionTime')
  return time === '' ? null : time
}

function admitUpdate(
  next: JsonObject,
  old: JsonObject,
  subresource: string,
  user: User,
  authorizer: Authorizer,
): void {
  if (subresource === '') return
  const changed =
    !same(at(next, 'status', 'certificate'), at(old, 'status', 'certificate')) ||
    !same(at(next, 'status', 'conditions'), at(old, 'status', 'conditions'))
  if (subresource === 'status' && !changed) return
  const verb = subresource === 'approval' ? 'approve' : 'sign'
  const signerName = textAt(old, 'spec', 'signerName')
  if (authorizer.maySigner(user, verb, signerName)) return
  const detail = `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`
  throw forbidden(SIGNING_REQUESTS, textAt(old, 'metadata', 'name'), detail)
}
