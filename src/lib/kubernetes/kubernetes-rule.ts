// The type of a rule of Kubernetes or of a signer.
import type { SignerConfig } from '../../domain/request/config.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'

/**
 * Returns the problems that one rule finds, empty if the request is fine. `signer` is null if the configuration has no entry for
 * it.
 */
export type Rule = (request: EffectiveRequest, signer: SignerConfig | null) => readonly Problem[]
