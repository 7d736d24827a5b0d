// The result type of every format's reader, input of parse-request.ts.
import type { Problem } from '../../domain/problem.ts'
import type { RequestSpec, Places } from '../../domain/request/request.ts'

export interface Reading {
  /** The name that the file gives itself, or null. */
  readonly name: string | null
  readonly spec: RequestSpec
  readonly places: Places
  /** Parts of the file that have no effect, or another one than they seem to have; absent if there are none. */
  readonly remarks?: readonly Problem[]
}

/** An empty spec: readers set the members that their format has. */
export const SILENT: RequestSpec = {
  clusters: null,
  signerName: null,
  subject: [],
  sans: [],
  usages: null,
  duration: null,
  renewBefore: null,
  until: null,
  privateKey: null,
  request: null,
  issuer: null,
  reissue: null,
  access: null,
  withdraw: null,
  sinks: null,
}
