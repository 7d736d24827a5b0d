// The members of spec that a request file and a block of defaults share, each with its rule and its text for editors. They have
// cert-manager's field names if cert-manager has the field (CertificateSpec, v1).
import { z } from 'zod'
import type { PrivateKeySpec, RenewBefore } from '../../domain/request/request.ts'
import { isUsage, USAGES } from '../../domain/request/usage.ts'
import { quoted } from '../source/hidden-characters.ts'
import { formatDuration, parseDuration } from '../source/duration.ts'
import { didYouMean } from '../source/did-you-mean.ts'
import { orElse, orNull } from './absent-members.ts'
import { fault } from './check-schema.ts'
import { refuseValue } from './refinements.ts'
import { sinks } from './sinks-schema.ts'
import { DNS_LABEL, DNS_SUBDOMAIN, ONE_LINE, text, textList } from './text-rules.ts'

/** The API server's minimum of expirationSeconds (pkg/apis/certificates/validation). */
const SHORTEST_CERTIFICATE = 600

/** A duration of at least `least` seconds, as seconds. `days` allows the unit d, which Go lacks. */
export function duration(options: { readonly least: number; readonly days: boolean }) {
  return z
    .string()
    .transform((value, context) => {
      const read = parseDuration(options.least > 0 && /^0+$/.test(value) ? '0s' : value, options)
      const problem = read.ok
        ? null
        : { message: `${quoted(value)} ${read.fault}`, hint: read.hint }
      if (read.ok && read.seconds >= options.least) return read.seconds
      const short = {
        message: `${quoted(value)} is shorter than ${options.least} seconds`,
        hint: `write ${formatDuration(options.least)} or more, for example 24h`,
      }
      return refuseValue(context, { ...(problem ?? short), code: 'REQUEST_DURATION' })
    })
    .meta({
      pattern: options.days ? '^(?:[0-9]|P)[0-9A-Za-zµμ.]*$' : '^(?:[0-9]|P)[0-9A-Zhmsnuµμ.]*$',
    })
}

/** Unknown usages have a code of their own, so the choice is checked by hand and described as an enum. */
export const usage = z
  .string()
  .transform((value, context) => {
    if (isUsage(value)) return value
    return refuseValue(context, {
      code: 'REQUEST_USAGE_UNKNOWN',
      message: `${quoted(value)} is not a Kubernetes key usage`,
      hint: didYouMean(value, USAGES, `the usages are ${USAGES.join(', ')}`),
    })
  })
  .meta({ enum: [...USAGES] })

const ALGORITHMS = ['RSA', 'ECDSA', 'Ed25519'] as const
const DEFAULT_SIZES = { RSA: 2048, ECDSA: 256, Ed25519: null } as const

export const privateKey = z
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

/** The fields, for a strict object. The caller adds `identity`. Each is null where it is absent. */
export const MEMBERS = {
  clusters: orNull(textList(DNS_LABEL)).describe(
    'Names of clusters in countersign.yaml; where absent, the defaultCluster',
  ),
  signerName: orNull(text(ONE_LINE)).describe(
    'The signer, for example kubernetes.io/kube-apiserver-client',
  ),
  usages: orNull(z.array(usage)).describe('Key usages, in the words of Kubernetes'),
  duration: orNull(duration({ least: SHORTEST_CERTIFICATE, days: false })).describe(
    'Lifetime of the certificate: 168h, 1h30m, P7D; at least 10 minutes',
  ),
  renewBefore: orNull(duration({ least: 60, days: false })).describe(
    'How long before its end the certificate is renewed; where absent, a third of the lifetime',
  ),
  renewBeforePercentage: orNull(WHOLE_PERCENT).describe(
    'The same as a share of the lifetime in percent; instead of renewBefore',
  ),
  privateKey: orNull(privateKey),
  reissue: orNull(z.int().min(0)).describe('Raise it to have a new certificate made'),
  withdraw: orNull(z.boolean()).describe('true deletes the content of the sinks and ends renewals'),
  sinks: orNull(sinks).describe('Where the certificate goes; every sink is reviewed'),
} as const

/** An issuer of cert-manager, with its defaults. */
export const ISSUER_REF = {
  name: text(ONE_LINE).describe('Name of the issuer, as in issuerRef'),
  kind: orElse(text(ONE_LINE), 'Issuer').describe('Its kind; Issuer where absent, as in issuerRef'),
  group: orElse(text(DNS_SUBDOMAIN), 'cert-manager.io').describe(
    'Its group; cert-manager.io where absent, as in issuerRef',
  ),
} as const

/** Seconds, percent, null; another type if a value is wrong. */
interface Renewal {
  readonly renewBefore: number | null
  readonly renewBeforePercentage: number | null
}

/** renewBefore and renewBeforePercentage are one member in two forms. */
export function oneRenewBefore<S extends Renewal>({
  renewBefore: seconds,
  renewBeforePercentage: percentage,
  ...said
}: S) {
  const share: RenewBefore | null = percentage === null ? null : { kind: 'percentage', percentage }
  const renewBefore: RenewBefore | null = seconds === null ? share : { kind: 'seconds', seconds }
  return { ...said, renewBefore }
}

/** Refuses conflicts between renewBefore and the other members, each at its field. */
export function checkRenewBefore(
  {
    duration: whole,
    renewBefore: before,
    renewBeforePercentage: share,
  }: Renewal & { readonly duration: number | null },
  context: z.RefinementCtx,
): void {
  if (typeof before !== 'number') return
  if (typeof share === 'number') {
    const message = 'renewBefore and renewBeforePercentage say the same thing in two ways'
    const path = ['renewBeforePercentage']
    context.addIssue(fault({ path, atKey: true, message, hint: 'keep one' }))
  }
  if (typeof whole === 'number' && before >= whole) {
    const message = `renewBefore must be shorter than the duration: got ${formatDuration(before)}, duration is ${formatDuration(whole)}`
    context.addIssue(fault({ path: ['renewBefore'], message }))
  }
}
