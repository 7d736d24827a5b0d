// The inspection of a new certificate: compared with the approved request; a client certificate logs in once before anything is
// stored.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { Chain, X509Certificate } from '../../domain/cluster/certificate.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { isNonEmpty, ok, refuseAs } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/request/secret-value.ts'
import { checkIssued } from '../../core/certificate/check-certificate.ts'
import { orderChain } from '../../core/certificate/certificate-chain.ts'
import { anchorOf } from '../../core/certificate/check-chain.ts'
import type { Draft } from '../../core/cluster/draft-attempt.ts'
import type { ClusterIdentity } from '../../ports/cluster.ts'
import { chainPem } from '../../core/sink/secret-layout.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import type { ClusterSession } from './cluster-session.ts'

/** A certificate that may be stored, with its key if countersign has it. */
export interface Inspected {
  readonly chain: Chain
  readonly key: Secret<string> | null
  /** PEM of the CA that signed the chain, null if it is not known. */
  readonly signerCa: string | null
  readonly logsInAs: ClusterIdentity | null
  readonly warnings: readonly Problem[]
}

export async function inspectIssued(
  certificate: string,
  drafted: Draft,
  approved: ApprovedStep<IssuingStep>,
  session: ClusterSession,
): Promise<Checked<Inspected>> {
  const ordered = orderChain(certificate)
  if (!ordered.ok) return ordered
  const chain = ordered.value
  const { spki } = drafted.pkcs10.publicKey
  const { problems, warnings, signerCa } = await checkNow(chain, spki, approved, session)
  if (isNonEmpty(problems)) return { ok: false, problems }
  const key = drafted.key?.pem ?? null
  const login = await logIn(chain, key, approved, session)
  if (!login.ok) return login
  return ok({
    chain,
    key,
    signerCa,
    logsInAs: login.value,
    warnings,
  })
}

/** `signerCa`: PEM of the CA that signed the chain, null if it is not known. */
async function checkNow(
  chain: Chain,
  spki: Uint8Array,
  { step: { request, prediction } }: ApprovedStep<IssuingStep>,
  session: ClusterSession,
) {
  const signerCa = await session.signerCas(request.signerName)
  const now = await session.cluster.now()
  const found = checkIssued(chain, { request, prediction, spki, signerCa, now })
  return { ...found, signerCa: anchorPem(chain, signerCa, now) }
}

/**
 * Checks a pair that an earlier run stored and could not record. Null if it would not pass today: other users may write Secrets
 * too.
 */
export async function stillGood(
  found: Inspected,
  approved: ApprovedStep<IssuingStep>,
  session: ClusterSession,
): Promise<Inspected | null> {
  const { spki } = found.chain.leaf.publicKey
  const { problems, signerCa } = await checkNow(found.chain, spki, approved, session)
  return problems.length > 0 ? null : { ...found, signerCa }
}

/**
 * Asks the API server for the user of the new credential. Null if it is not a credential for this API server, or if its key is not
 * ours.
 */
async function logIn(
  chain: Chain,
  key: Secret<string> | null,
  approved: ApprovedStep<IssuingStep>,
  session: ClusterSession,
): Promise<Checked<ClusterIdentity | null>> {
  const { request, prediction } = approved.step
  const expected = prediction.kind === 'predicted' ? prediction.logsInAs : null
  if (key === null || expected === null) return ok(null)
  const seen = await session.cluster.logIn(chainPem(chain), key)
  if (seen === null)
    return refuseAs(
      'SINK_LOGIN',
      `the API server does not accept the new certificate of ${request.name} (401)`,
      'its client CA is not the CA of this signer; nothing was stored, the old credential remains valid',
    )
  const hasGroups = expected.groups.every(group => seen.groups.includes(group))
  if (seen.username === expected.username && hasGroups) return ok(seen)
  return refuseAs(
    'SINK_LOGIN',
    `the new certificate of ${request.name} logs in as ${seen.username} (${seen.groups.join(', ')}), not as ${expected.username} (${expected.groups.join(', ')})`,
    'nothing was stored, the old credential remains valid',
  )
}

/** PEM of the CA that a sink gets with the chain, null if it is not known. */
export function anchorPem(
  chain: Chain,
  cas: readonly X509Certificate[] | null,
  now: Date,
): string | null {
  const ca = anchorOf(chain, cas ?? [], now)
  return ca === null ? null : encodePem('CERTIFICATE', ca.der)
}
