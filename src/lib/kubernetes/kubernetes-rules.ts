// The rules by which the API server or a built-in signer refuses a request, checked before anything is created. One rule per line;
// every rule judges every request, so all problems are reported at once.
import type { SignerConfig } from '../../domain/request/config.ts'
import { sortProblems } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { keyIsUsable, requestIsSmall, extensionsAreKnown } from './key-rules.ts'
import {
  clientHasOneName,
  groupsHaveNames,
  kubeletNames,
  kubeletSans,
  noMasters,
  urisAreKept,
} from './kubernetes-name-rules.ts'
import type { Rule } from './kubernetes-rule.ts'
import { durationIsTaken, shortenedBySigner } from './duration-rules.ts'
import { partsAreKept } from './dropped-warnings.ts'
import { signerExists, signerIsNamed } from './signer-rules.ts'
import { usagesAreUnique, usagesFitSigner } from './usage-rules.ts'

const REFUSALS: readonly Rule[] = [
  signerIsNamed, // domain/path, as the API server wants it
  signerExists, // no legacy-unknown, no invented kubernetes.io signer
  usagesAreUnique, // at least one, none twice
  usagesFitSigner, // kube-apiserver-client never signs "server auth"
  durationIsTaken, // 600 s and an int32
  noMasters, // the one group that the API server itself refuses
  clientHasOneName, // one CN, the same for reviewer and signer; a client needs one to log in
  groupsHaveNames, // O becomes a group
  kubeletNames, // O exactly system:nodes, CN system:node:…
  kubeletSans, // none for the client, DNS or IP for serving
  urisAreKept, // Go rewrites URIs
  keyIsUsable, // RSA 2048–8192, P-256/384/521, Ed25519; SHA-2; no CA
  extensionsAreKnown, // another signer may copy any into the certificate
  requestIsSmall, // 16 KiB
]

const REMARKS: readonly Rule[] = [
  partsAreKept, // what the signer will leave out
  shortenedBySigner, // the configured maxDuration, or the default
]

/**
 * Returns problems, which refuse the request, and warnings, which are shown with it; each list by place in the file, empty if there
 * are none. All have SIGNER_ codes. `signer` is null if the configuration has no entry for it.
 */
export function signerProblems(
  request: EffectiveRequest,
  signer: SignerConfig | null,
): { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] } {
  const run = (rules: readonly Rule[]): readonly Problem[] =>
    sortProblems(rules.flatMap(rule => rule(request, signer)))
  return { problems: run(REFUSALS), warnings: run(REMARKS) }
}
