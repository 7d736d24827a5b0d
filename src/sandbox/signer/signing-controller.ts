// The signing controller: looks at every change of a CertificateSigningRequest and writes status.certificate, or Failed,
// a moment later (kubernetes/pkg/controller/certificates/signer/signer.go). Its faults are a test's hand on it.
import { encodePem } from '../../lib/x509/pem.ts'
import type { Authority, RandomBytes } from './certificate-authority.ts'
import { newKeyPair } from './certificate-authority.ts'
import { toBase64 } from '../kinds/go-base64.ts'
import { issueCertificate } from './issued-certificate.ts'
import { at, copy, listAt, memberObject, textAt, textsAt } from '../api/json-values.ts'
import type { Json, JsonObject } from '../api/json-values.ts'
import { requestOf } from '../kinds/pem-fault.ts'
import type { GoRequest } from './go-request.ts'
import { SIGNING_REQUESTS } from '../api/resources.ts'
import { SIGNER_RULES } from './signer-conditions.ts'
import type { Change, ObjectStore } from '../storage/object-store.ts'

/** One signer name and who signs for it. */
export interface SignerSetup {
  readonly authority: Authority
  /** What clients must trust; the authority itself where there is no intermediate. */
  readonly root: Authority
  /** Certificates added after the leaf. */
  readonly chain: readonly Authority[]
  /** The longest life it gives, and the life where none is asked. Seconds. */
  readonly maxSeconds: number
}

/** What the signer does wrong; all of it stays until changed. */
export interface SignerFaults {
  /** No answer ever, as with an expired CA or no signer. */
  readonly isSilent?: boolean
  /** The certificate is for a key nobody asked about. */
  readonly otherKey?: boolean
  /** Another CA signs than the one the cluster trusts. */
  readonly otherAuthority?: Authority
  /** Life in seconds, whatever was asked. */
  readonly seconds?: number
  /** Usages, whatever was asked. */
  readonly usages?: readonly string[]
  /** Text before and after the certificate. */
  readonly textAround?: boolean
  /** Certificates after the leaf. */
  readonly extra?: readonly Authority[]
  /** Failed with this message instead of a certificate. */
  readonly failure?: string
  readonly delayMilliseconds?: number
}

export interface SignerParts {
  readonly store: ObjectStore
  readonly signers: ReadonlyMap<string, SignerSetup>
  readonly now: () => Date
  readonly random: RandomBytes
  /** Writes the status of a request through the API, as the controller's user. */
  readonly updateStatus: (object: JsonObject) => void
  readonly delayMilliseconds: number
}

export class Signer {
  faults: SignerFaults = {}
  readonly #parts: SignerParts
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #stop: () => void

  constructor(parts: SignerParts) {
    this.#parts = parts
    this.#stop = parts.store.subscribe(change => this.#notice(change))
  }

  /** Looks again at everything that waits: after a fault was taken back. */
  resume(): void {
    for (const object of this.#parts.store.list(SIGNING_REQUESTS, '')) this.#plan(object)
  }

  end(): void {
    this.#stop()
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #notice(change: Change): void {
    if (change.resource === SIGNING_REQUESTS && change.type !== 'DELETED') this.#plan(change.object)
  }

  #plan(object: JsonObject): void {
    if (!isDue(object)) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#handle(textAt(object, 'metadata', 'name'))
    }, this.faults.delayMilliseconds ?? this.#parts.delayMilliseconds)
    this.#timers.add(timer)
  }

  #handle(name: string): void {
    const { store, updateStatus, signers, now } = this.#parts
    const object = store.read(SIGNING_REQUESTS, '', name)
    if (object === null || !isDue(object) || this.faults.isSilent === true) return
    const signerName = textAt(object, 'spec', 'signerName')
    const setup = signers.get(signerName)
    const request = requestOf(decoded(textAt(object, 'spec', 'request')))
    if (setup === undefined || request === null) return
    const usages = textsAt(object, 'spec', 'usages')
    const failure = this.faults.failure ?? SIGNER_RULES[signerName]?.(request, usages) ?? null
    if (failure !== null) {
      updateStatus(failed(object, failure))
      return
    }
    // An expired CA is silence: the controller logs, and tries again later.
    if (setup.authority.notAfter <= now()) return
    updateStatus(this.#signed(object, setup, request, usages))
  }

  #signed(
    object: JsonObject,
    setup: SignerSetup,
    request: GoRequest,
    usages: readonly string[],
  ): JsonObject {
    const faults = this.faults
    const order = {
      request: faults.otherKey === true ? { ...request, spki: newKeyPair().spki } : request,
      usages: faults.usages ?? usages,
      seconds:
        faults.seconds ?? lifetime(at(object, 'spec', 'expirationSeconds'), setup.maxSeconds),
      now: this.#parts.now(),
    }
    const authority = faults.otherAuthority ?? setup.authority
    const leaf = encodePem('CERTIFICATE', issueCertificate(authority, order, this.#parts.random))
    const chain = [...setup.chain, ...(faults.extra ?? [])].map(ca => ca.certificatePem)
    const pem = [leaf, ...chain].join('')
    const text = faults.textAround === true ? `issued by the sandbox\n${pem}end\n` : pem
    const next = copy(object)
    memberObject(next, 'status')['certificate'] = toBase64(Buffer.from(text, 'latin1'))
    return next
  }
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1')
}

function conditionOf(object: JsonObject, type: string): Json | undefined {
  return listAt(object, 'status', 'conditions').find(
    condition => textAt(condition, 'type') === type && textAt(condition, 'status') === 'True',
  )
}

/** Approved, not Denied, not Failed, not signed yet. */
function isDue(object: JsonObject): boolean {
  return (
    conditionOf(object, 'Approved') !== undefined &&
    conditionOf(object, 'Denied') === undefined &&
    conditionOf(object, 'Failed') === undefined &&
    textAt(object, 'status', 'certificate') === ''
  )
}

/** What was asked, never more than the signer's most and never less than ten minutes. */
function lifetime(asked: Json | undefined, most: number): number {
  if (typeof asked !== 'number') return most
  return Math.min(most, Math.max(asked, 600))
}

function failed(object: JsonObject, message: string): JsonObject {
  const next = copy(object)
  const condition = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message }
  const conditions = [...listAt(next, 'status', 'conditions'), condition]
  memberObject(next, 'status')['conditions'] = conditions
  return next
}
