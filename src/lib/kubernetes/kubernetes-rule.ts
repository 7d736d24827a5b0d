// One rule of Kubernetes or of a signer.
import type { SignerConfig } from '../../domain/request/config.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'

/** The problems that one rule finds; empty when the request is fine. `signer`: null where the configuration has none. */
export type Rule = (request: EffectiveRequest, signer: SignerConfig | null) => readonly Problem[]
