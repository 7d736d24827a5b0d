// The schema of the sinks of a request or of defaults, converted into the domain's sinks. Absent names become placeholders.
// core/config/expand-sinks.ts replaces these for the request and the cluster.
import { z } from 'zod'
import type { KubeconfigSink, Sink } from '../../domain/request/sink.ts'
import { orElse, orNull } from './absent-members.ts'
import { fault } from './check-schema.ts'
import { exactlyOne } from './refinements.ts'
import { kubeconfigSecret, secret } from './secret-sink-schema.ts'
import { ONE_LINE, text, textWithPlaceholders } from './text-rules.ts'

// Check of age recipients (age-encryption.org/v1): an X25519 key in Bech32 (BIP 173), with a checksum that detects a lost
// character.

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const PREFIX = 'age'
/** Each bit that is shifted out at the top changes the rest by one of these. */
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** `age1` and 58 characters of Bech32. */
const AGE_RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/

export function isAgeRecipient(text: string): boolean {
  if (!AGE_RECIPIENT.test(text)) return false
  const data = text
    .slice(PREFIX.length + 1)
    .split('')
    .map(letter => ALPHABET.indexOf(letter))
  const high = PREFIX.split('').map(letter => letter.charCodeAt(0) >> 5)
  const low = PREFIX.split('').map(letter => letter.charCodeAt(0) & 31)
  return remainder([...high, 0, ...low, ...data]) === 1
}

function remainder(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    for (const [bit, polynomial] of GENERATOR.entries())
      if (((top >>> bit) & 1) === 1) sum ^= polynomial
  }
  return sum
}

const format = orNull(z.enum(['pem', 'pkcs12'])).describe(
  'pem (certificate chain, then the key if there is one) or pkcs12; pem where absent',
)

const REPOSITORY = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/
/** GitHub's rule: letters, digits and _, no digit first. The prefix GITHUB_ is reserved. */
const SECRET_NAME = /^(?!GITHUB_)[A-Z_x][A-Z0-9_x]*$/

/** The environment protects the secret from users who can write a branch, so its absence has a code of its own. */
const githubSecret = z
  .strictObject({
    repository: text({ pattern: REPOSITORY, says: 'is not a repository: owner/name' }).describe(
      'Repository, as owner/name',
    ),
    environment: textWithPlaceholders(ONE_LINE)
      .optional()
      .describe('Environment of that repository; required'),
    name: orElse(
      textWithPlaceholders({
        pattern: SECRET_NAME,
        says: 'is not the name of a GitHub secret: upper-case letters, digits and _',
      }),
      '{name}',
    ).describe('Name of the secret; the name of the request in upper case where absent'),
    format,
  })
  .meta({ required: ['repository', 'environment'] })
  .describe('A secret of an environment of a GitHub repository')
  .transform(({ repository, environment, ...said }, context) => {
    if (environment === undefined) {
      const message = 'a GitHub secret needs an environment'
      const hint = 'everyone who can push a branch can read a repository secret'
      context.addIssue(fault({ code: 'SINK_ENVIRONMENT', message, hint, atKey: true }))
    }
    return { kind: 'githubSecret' as const, repository, environment: environment ?? '', ...said }
  })

/** Checked here, before a key is generated. */
const recipient = text({
  pattern: AGE_RECIPIENT,
  says: 'is not an age recipient (age1…)',
}).superRefine((said, context) => {
  if (!AGE_RECIPIENT.test(said) || isAgeRecipient(said)) return
  const message = `${said} is not an age recipient: its checksum does not fit`
  const hint = 'copy it again from age-keygen -y; a character was lost or changed'
  context.addIssue(fault({ message, hint }))
})

const artifact = z
  .strictObject({
    name: orElse(
      textWithPlaceholders({
        pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/,
        says: 'is not the name of an artifact: letters, digits, dots, dashes and underscores',
      }),
      '{name}',
    ).describe('Name of the artifact; the name of the request where absent'),
    format,
    recipients: orElse(z.array(recipient), []).describe(
      'age recipients the artifact is encrypted to; a private key leaves only encrypted',
    ),
  })
  .describe('An artifact of the workflow run')
  .transform(said => ({ kind: 'artifact' as const, ...said }))

const file = z
  .strictObject({
    path: textWithPlaceholders(ONE_LINE).describe(
      'Path of the file, seen from where the command runs',
    ),
    format,
  })
  .describe('A file, at the command line only')
  .transform(said => ({ kind: 'file' as const, ...said }))

const kubeconfig = z
  .strictObject({
    secret: kubeconfigSecret.optional(),
    githubSecret: githubSecret.optional(),
    artifact: artifact.optional(),
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .describe('A kubeconfig that logs in with the certificate, into one of these')
  .transform((said, context): KubeconfigSink => {
    const message = 'a kubeconfig goes into exactly one of secret, githubSecret and artifact'
    const kinds = [said.secret, said.githubSecret, said.artifact]
    const into = exactlyOne(kinds, context, { message, atKey: true })
    if (into !== z.NEVER && into.kind !== 'secret' && into.format !== null) {
      const hint = 'leave format out, or name the sink without kubeconfig around it'
      context.addIssue(fault({ message: 'a kubeconfig has no other format', hint, atKey: true }))
    }
    return { kind: 'kubeconfig', into }
  })

const sink = z
  .strictObject({
    secret: secret.optional(),
    kubeconfig: kubeconfig.optional(),
    githubSecret: githubSecret.optional(),
    artifact: artifact.optional(),
    file: file.optional(),
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .describe('One sink: a mapping with one kind')
  .transform((said, context): Sink => {
    const kinds = [said.secret, said.kubeconfig, said.githubSecret, said.artifact, said.file]
    const message = 'a sink is exactly one of secret, kubeconfig, githubSecret, artifact and file'
    const hint = 'begin each sink with a dash of its own'
    return exactlyOne(kinds, context, { message, hint })
  })

/** The list of sinks, in the order of the file. */
export const sinks = z.array(sink)
