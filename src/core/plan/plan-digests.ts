// The two digests of a plan. Effective: the content that an approval covers. Shown: the plan that a person confirmed.
import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { decidedOnce } from '../../domain/decided-once.ts'
import { sortedSet } from '../../domain/lists.ts'
import type { ClusterConfig, Config } from '../../domain/request/config.ts'
import { rolesInPlaces } from '../../domain/request/access.ts'
import type { DistinguishedName } from '../../domain/request/x500.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import { formatSan } from '../../lib/x509/general-names.ts'

/**
 * RFC 8785 JSON of everything that decides the certificate and its holder: names, alternative names and usages as sorted sets,
 * seconds, key parameters or the requester's own PKCS#10, access, the cluster with the server and CA that the configuration gives, signer,
 * sinks, reissue, and whether no certificate is asked for. Path, comments and renewBefore are left out.
 */
export function effectiveJson(request: EffectiveRequest, cluster: ClusterConfig): string {
  return canonical({
    name: request.name,
    cluster: {
      name: cluster.name,
      server: cluster.server,
      certificateAuthority: cluster.certificateAuthority,
    },
    signerName: request.signerName,
    subject: attributesOf(request.subject),
    subjectAltNames: sortedSet(request.sans.map(formatSan)),
    usages: sortedSet(request.usages),
    durationSeconds: request.durationSeconds,
    // Absent without an end, so that the digests of such requests stay.
    ...(request.until === null ? {} : { until: request.until.toISOString() }),
    key:
      request.key.kind === 'own'
        ? { request: encodePem('CERTIFICATE REQUEST', request.key.pkcs10.der) }
        : { ...request.key.spec },
    sinks: request.sinks,
    // Absent without access, so that the digests of such requests stay.
    ...(request.access.length === 0 ? {} : { access: rolesInPlaces(request.access) }),
    reissue: request.reissue,
    // Absent where a certificate is asked for, so that its digest stays.
    ...(request.withdraw ? { withdraw: true } : {}),
  })
}

/** Readers and the built-in signers take the last value of these, so their order changes the certificate. */
const LAST_COUNTS: readonly string[] = [ATTRIBUTE_OIDS.CN, ATTRIBUTE_OIDS.serialNumber]

function attributesOf(subject: DistinguishedName): readonly string[] {
  const others = subject.flat().filter(({ oid }) => !LAST_COUNTS.includes(oid))
  return [
    ...LAST_COUNTS.flatMap(oid => attributeValues(subject, oid).map(value => `${oid}=${value}`)),
    ...sortedSet(others.map(({ oid, value }) => `${oid}=${value}`)),
  ]
}

/** The same, by the cluster of the request in the configuration; null if it has no such cluster. */
export function effectiveJsonIn(
  request: EffectiveRequest,
  { clusters }: Pick<Config, 'clusters'>,
): string | null {
  const cluster = clusters.find(({ name }) => name === request.cluster)
  return cluster === undefined ? null : effectiveJson(request, cluster)
}

/** The digest of effectiveJsonIn; null if the configuration has no such cluster. */
export const effectiveDigestIn = decidedOnce((request: EffectiveRequest, config: Config) => {
  const json = effectiveJsonIn(request, config)
  return json === null ? null : effectiveDigest(json)
})

/** SHA-256 of effectiveJson, lower-case hex. */
export function effectiveDigest(json: string): string {
  return hash('sha256', json)
}

/** SHA-256 over the plan's steps as shown to a person: kind, name, cluster, effective digest. */
export function planDigest(plan: Plan): string {
  return hash('sha256', canonical(plan.steps.map(digestedStep)))
}

/** The part of a step that a digest covers. */
export function digestedStep(step: Step): readonly (string | null)[] {
  const { cluster, name } = stepTarget(step)
  return [step.kind, cluster, name, 'effective' in step ? step.effective : '']
}

function canonical(value: unknown): string {
  const json = canonicalize(value)
  if (json === undefined) throw new TypeError('a value without JSON')
  return json
}
