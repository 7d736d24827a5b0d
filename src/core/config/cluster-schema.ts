// The schema of the clusters part of countersign.yaml: address, pinned CA and login of each cluster.
import { z } from 'zod'
import type { ClusterAuth } from '../../domain/request/config.ts'
import { PROVIDERS } from '../../domain/request/config.ts'
import { textFromBase64 } from '../../lib/source/pem-base64.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { orElse, orNull } from '../../lib/schema/absent-members.ts'
import { duration } from '../../lib/schema/spec-members.ts'
import { fault } from '../../lib/schema/check-schema.ts'
import { exactlyOne, refuseValue } from '../../lib/schema/refinements.ts'
import { DNS_LABEL, FOLDER, ONE_LINE, text } from '../../lib/schema/text-rules.ts'
import { containsPrivateKey } from '../../lib/x509/pem.ts'
import { certificatesIn } from '../../lib/x509/x509-certificate.ts'

const SHA256 = { pattern: /^[0-9a-f]{64}$/, says: 'is not 64 digits of lower-case hex' }
const ENVIRONMENT_VARIABLE = /^[A-Z_][A-Z0-9_]*$/

/** Converts base64 of PEM certificates into the PEM text. */
const authorities = (member: string) =>
  z
    .string()
    .transform((value, context) => {
      const pem = textFromBase64(value)
      const hint = 'copy certificate-authority-data from a kubeconfig: base64 of the PEM file'
      if (pem !== null && !containsPrivateKey(pem) && certificatesIn(pem).length > 0) return pem
      return refuseValue(context, { message: `${member} is not base64 of PEM certificates`, hint })
    })
    .meta({ pattern: '^[A-Za-z0-9+/]+={0,2}$' })
const certificateAuthorityData = authorities('certificateAuthorityData')

const server = z
  .string()
  .superRefine((value, context) => {
    const url = URL.canParse(value) ? new URL(value) : null
    const issue =
      url === null ? fault({ message: `${quoted(value)} is not a URL` }) : serverFault(url)
    if (issue !== null) context.addIssue(issue)
  })
  .meta({ pattern: '^https?://' })

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function serverFault(url: URL) {
  if (url.username !== '' || url.password !== '') {
    return fault({ message: 'the URL contains a user name or password', hint: 'take it out' })
  }
  const isOpen = url.protocol === 'http:' && LOOPBACK.test(url.hostname)
  if (url.protocol === 'https:' || isOpen) return null
  const message = 'the API server is reached by https, except on loopback'
  return fault({ code: 'CONFIG_SERVER_INSECURE', message })
}

const kubeconfig = z
  .strictObject({
    secretEnv: text({ pattern: ENVIRONMENT_VARIABLE, says: 'is not the name of a variable' })
      .optional()
      .describe('Environment variable that holds the kubeconfig'),
    path: text(ONE_LINE).optional().describe('Path of the kubeconfig, outside the workspace'),
    context: orNull(text(ONE_LINE)).describe('Context; the one for server and CA where absent'),
  })
  .describe('A kubeconfig, from a variable or a path')
  .transform((said, context): ClusterAuth => {
    const { secretEnv: variable, path, context: name } = said
    const kinds: (ClusterAuth | undefined)[] = [
      variable === undefined ? variable : { kind: 'kubeconfigEnv', variable, context: name },
      path === undefined ? path : { kind: 'kubeconfigPath', path, context: name },
    ]
    const message = 'a kubeconfig comes from secretEnv or from a path'
    return exactlyOne(kinds, context, { message, hint: 'set one of them', atKey: true })
  })

const auth = z
  .strictObject({
    kubeconfig: kubeconfig.optional(),
    githubOidc: z
      .strictObject({ audience: text(ONE_LINE).describe('Audience the API server expects') })
      .transform(said => ({ kind: 'githubOidc' as const, ...said }))
      .optional()
      .describe("GitHub's OIDC token"),
    inCluster: z
      .strictObject({})
      .transform(() => ({ kind: 'inCluster' as const }))
      .optional()
      .describe('The service account of the pod countersign runs in'),
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .describe('How to log in')
  .transform((said, context): ClusterAuth => {
    const kinds = [said.kubeconfig, said.githubOidc, said.inCluster]
    const message = 'auth is exactly one of kubeconfig, githubOidc and inCluster'
    return exactlyOne(kinds, context, { message, atKey: true })
  })

const signerName = z
  .string()
  .superRefine((name, context) => {
    if (SIGNER_NAME.test(name)) return
    context.addIssue(fault({ message: `${quoted(name)} is not a signer: example.com/name` }))
  })
  .meta({ pattern: '^[^/]+/[^/]+$' })
const SIGNER_NAME = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/

const signers = z
  .record(
    signerName,
    z
      .strictObject({
        certificateAuthorityData: orNull(certificateAuthorityData).describe(
          'base64 of the PEM certificates of the CA that signs',
        ),
        retiring: orNull(authorities('retiring')).describe(
          'base64 of the PEM of those of them that sign no more; their certificates are renewed now',
        ),
        maxDuration: orNull(duration({ least: 600, days: true })).describe(
          'Longest lifetime that the signer gives',
        ),
      })
      .superRefine(({ certificateAuthorityData: all, retiring }, context) => {
        const gone = certificatesIn(retiring).map(({ sha256 }) => sha256)
        const isStaying = certificatesIn(all).some(({ sha256 }) => !gone.includes(sha256))
        if (retiring === null || isStaying) return
        const message = 'certificateAuthorityData names no CA that stays, so none could sign'
        const hint = 'write the new CA into certificateAuthorityData, next to the one that retires'
        context.addIssue(fault({ path: ['retiring'], message, hint }))
      }),
  )
  .describe('Facts about signers, by signer name')
  .transform(said =>
    Object.entries(said).map(([name, signer]) => ({
      name,
      certificateAuthority: signer.certificateAuthorityData,
      retiring: signer.retiring,
      maxDurationSeconds: signer.maxDuration,
    })),
  )

const knownCredential = z.strictObject({
  sha256: text(SHA256).describe('SHA-256 of the certificate in DER'),
  note: text(ONE_LINE).describe('Whose certificate it is'),
})

const cluster = z
  .strictObject({
    provider: orElse(z.enum(PROVIDERS), 'auto').describe('Who runs it; auto asks /version'),
    server: orNull(server).describe('URL of the API server'),
    certificateAuthorityData: orNull(certificateAuthorityData).describe(
      'base64 of the PEM certificates of the API server',
    ),
    auth: orElse(auth, { kind: 'currentKubeconfig' }),
    recordNamespace: orElse(text(DNS_LABEL), 'countersign').describe(
      'Namespace of the records, which do not move with it; countersign where absent',
    ),
    signers: orElse(signers, []),
    nodeInventory: orNull(text(FOLDER)).describe(
      'Folder of the files that list its nodes, for controller --approve: nodes/prod',
    ),
    knownCredentials: orElse(z.array(knownCredential), []).describe(
      'Client certificates of others that countersign audit does not report',
    ),
  })
  .transform(({ certificateAuthorityData: certificateAuthority, ...said }) => ({
    ...said,
    certificateAuthority,
  }))

/** By name; at least one. */
export const clusters = z.record(text(DNS_LABEL), cluster).superRefine((said, context) => {
  if (Object.keys(said).length === 0)
    context.addIssue(
      fault({ message: 'there is no cluster', hint: 'name at least one', atKey: true }),
    )
  // A record names its cluster, so two names of one server would refuse each other's records.
  const all = Object.entries(said)
  for (const [index, [name, { server, recordNamespace }]] of all.entries()) {
    const same = all
      .slice(0, index)
      .find(([, other]) => other.server === server && other.recordNamespace === recordNamespace)
    if (server === null || same === undefined) continue
    const message = `the cluster ${same[0]} has the same server`
    const hint = 'one cluster has one name: correct server, or remove one of the two'
    context.addIssue(fault({ path: [name, 'server'], message, hint }))
  }
  // The files below a folder count for its cluster, so the nodes of the inner one would be nodes of both.
  const folders = Object.entries(said).map(([name, { nodeInventory }]) => ({ name, nodeInventory }))
  for (const { name, nodeInventory: inner } of folders) {
    const around = folders.find(
      ({ nodeInventory: outer }) => outer && inner?.startsWith(`${outer}/`),
    )
    if (around === undefined) continue
    const message = `the folder is inside of that of ${around.name}, which would have these nodes, too`
    const hint = 'name folders side by side'
    context.addIssue(fault({ path: [name, 'nodeInventory'], message, hint }))
  }
})
