// What every format's reader gives to parse.ts.
import type { Problem } from '../../domain/problem.ts'
import type { RequestSpec, Places } from '../../domain/request/request.ts'

export interface Reading {
  /** The name the file gives itself, or null. */
  readonly name: string | null
  readonly spec: RequestSpec
  readonly places: Places
  /** What the file says in vain, or differently from how it looks; absent where there is nothing to remark on. */
  readonly remarks?: readonly Problem[]
}

/** A spec that says nothing: readers add what their format can say. */
export const SILENT: RequestSpec = {
  clusters: null,
  signerName: null,
  subject: [],
  sans: [],
  usages: null,
  duration: null,
  renewBefore: null,
  privateKey: null,
  request: null,
  issuer: null,
  reissue: null,
  withdraw: null,
  sinks: null,
}
