// The members of spec that a request file and a block of defaults share, each with its rule and its text for editors. They have
// cert-manager's field names if cert-manager has the field (CertificateSpec, v1).
import { z } from 'zod'
import type { PrivateKeySpec, RenewBefore } from '../../domain/request/request.ts'
import { isUsage, USAGES } from '../../domain/request/signer.ts'
import { shown } from '../source/hidden-characters.ts'
import { formatDuration, parseDuration } from '../source/duration.ts'
import { didYouMean } from '../source/did-you-mean.ts'
import { fault } from './check-schema.ts'
import { refuseValue } from './refinements.ts'
import { sinks } from './sinks-schema.ts'
import { DNS_LABEL, ONE_LINE, text, textList } from './text-rules.ts'

/** The API server's minimum of expirationSeconds (pkg/apis/certificates/validation). */
const SHORTEST_CERTIFICATE = 600

/** A duration of at least `least` seconds, as seconds. `days` allows the unit d, which Go lacks. */
export function duration(options: { readonly least: number; readonly days: boolean }) {
  return z
    .string()
    .transform((value, context) => {
      const read = parseDuration(value, options)
      const problem = read.ok ? null : { message: `${shown(value)} ${read.fault}`, hint: read.hint }
      if (read.ok && read.seconds >= options.least) return read.seconds
      const short = {
        message: `${shown(value)} is shorter than ${options.least} seconds`,
        hint: null,
      }
      return refuseValue(context, { ...(problem ?? short), code: 'REQUEST_DURATION' })
    })
    .meta({
      pattern: options.days ? '^(?:[0-9]|P)[0-9A-Za-zµμ.]*$' : '^(?:[0-9]|P)[0-9A-Zhmsnuµμ.]*$',
    })
}

/** Unknown usages have a code of their own, so the choice is checked by hand and described as an enum. */
const usage = z
  .string()
  .transform((value, context) => {
    if (isUsage(value)) return value
    return refuseValue(context, {
      code: 'REQUEST_USAGE_UNKNOWN',
      message: `${shown(value)} is not a Kubernetes key usage`,
      hint: didYouMean(value, USAGES, 'the usages are listed in docs/reference/request-formats.md'),
    })
  })
  .meta({ enum: [...USAGES] })

const ALGORITHMS = ['RSA', 'ECDSA', 'Ed25519'] as const
const DEFAULT_SIZES = { RSA: 2048, ECDSA: 256, Ed25519: null } as const

const privateKey = z
  .strictObject({
    algorithm: z.enum(ALGORITHMS).optional().describe('Kind of key; ECDSA where absent'),
    size: z
      .int()
      .optional()
      .describe('Bits: RSA 2048 to 8192, ECDSA 256, 384 or 521; none for Ed25519'),
    encoding: z
      .enum(['PKCS8', 'PKCS1'])
      .optional()
      .describe('How the key is stored; PKCS8 where absent, PKCS1 for RSA and ECDSA (SEC 1) only'),
    rotationPolicy: z
      .enum(['Always', 'Never'])
      .optional()
      .describe('Always makes a new key with every certificate; Never keeps the stored one'),
  })
  .transform((said, context): PrivateKeySpec => {
    const { algorithm = 'ECDSA', encoding = 'PKCS8', rotationPolicy = 'Always' } = said
    const size = said.size ?? DEFAULT_SIZES[algorithm]
    const wrongSize = sizeFault(algorithm, said.size)
    if (wrongSize !== null) {
      const hint = said.algorithm === undefined ? 'without algorithm the key is ECDSA' : null
      context.addIssue(fault({ code: UNSUPPORTED, path: ['size'], message: wrongSize, hint }))
    }
    if (algorithm === 'Ed25519' && encoding === 'PKCS1') {
      const message = 'encoding must be PKCS8 for Ed25519: got PKCS1'
      context.addIssue(fault({ code: UNSUPPORTED, path: ['encoding'], message, hint: 'use PKCS8' }))
    }
    return { algorithm, size, encoding, rotationPolicy }
  })
  .describe('The key that countersign makes; it leaves the run only into the sinks')

const UNSUPPORTED = 'REQUEST_KEY_UNSUPPORTED'

/** Go's TLS refuses RSA client keys of more than 8192 bits. Keys below 2048 bits are too weak. */
function sizeFault(
  algorithm: (typeof ALGORITHMS)[number],
  size: number | undefined,
): string | null {
  if (size === undefined) return null
  if (algorithm === 'Ed25519') return 'Ed25519 keys have one size, so size cannot be set'
  if (algorithm === 'ECDSA') {
    return [256, 384, 521].includes(size)
      ? null
      : `ECDSA keys have 256, 384 or 521 bits, not ${size}`
  }
  const fits = size >= 2048 && size <= 8192 && size % 8 === 0
  return fits ? null : `RSA keys have 2048 to 8192 bits, a multiple of 8, not ${size}`
}

const WHOLE_PERCENT = z.int().min(1).max(99)

/** The fields, for a strict object. The caller adds `identity`. */
export const MEMBERS = {
  clusters: textList(DNS_LABEL)
    .optional()
    .describe('Names of clusters in countersign.yaml; where absent, the defaultCluster'),
  signerName: text(ONE_LINE)
    .optional()
    .describe('The signer, for example kubernetes.io/kube-apiserver-client'),
  usages: z.array(usage).optional().describe('Key usages, in the words of Kubernetes'),
  duration: duration({ least: SHORTEST_CERTIFICATE, days: false })
    .optional()
    .describe('Lifetime of the certificate: 168h, 1h30m, P7D; at least 10 minutes'),
  renewBefore: duration({ least: 60, days: false })
    .optional()
    .describe(
      'How long before its end the certificate is renewed; where absent, a third of the lifetime',
    ),
  renewBeforePercentage: WHOLE_PERCENT.optional().describe(
    'The same as a share of the lifetime in percent; instead of renewBefore',
  ),
  privateKey: privateKey.optional(),
  reissue: z.int().min(0).optional().describe('Raise it to have a new certificate made'),
  withdraw: z.boolean().optional().describe('true deletes the content of the sinks and ends renewals'),
  sinks: sinks.optional().describe('Where the certificate goes; every sink is reviewed'),
} as const

/** renewBefore and renewBeforePercentage are one member in two forms. */
export function renewBefore(said: {
  readonly renewBefore?: number | undefined
  readonly renewBeforePercentage?: number | undefined
}): RenewBefore | null {
  if (said.renewBefore !== undefined) return { kind: 'seconds', seconds: said.renewBefore }
  if (said.renewBeforePercentage === undefined) return null
  return { kind: 'percentage', percentage: said.renewBeforePercentage }
}

/** Refuses conflicts between renewBefore and the other members, each at its field. */
export function checkRenewBefore(
  said: {
    readonly duration?: number | undefined
    readonly renewBefore?: number | undefined
    readonly renewBeforePercentage?: number | undefined
  },
  context: z.RefinementCtx,
): void {
  if (said.renewBefore !== undefined && said.renewBeforePercentage !== undefined) {
    const message = 'renewBefore and renewBeforePercentage say the same thing in two ways'
    const path = ['renewBeforePercentage']
    context.addIssue(fault({ path, atKey: true, message, hint: 'keep one' }))
  }
  const { duration: whole, renewBefore: before = 0 } = said
  if (whole !== undefined && before >= whole) {
    const message = `renewBefore must be shorter than the duration: got ${formatDuration(before)}, duration is ${formatDuration(whole)}`
    context.addIssue(fault({ path: ['renewBefore'], message }))
  }
}
