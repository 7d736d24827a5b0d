// What a benchmark found: docs/performance.json, from which docs/performance.md is made.

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
}

export interface Measured {
  readonly name: string
  readonly what: string
  readonly certificates: number
  /** One value for each round. */
  readonly seconds: readonly number[]
  /** The whole process with one certificate. */
  readonly secondsOfOne: readonly number[]
}

export interface CallRow {
  readonly call: string
  /** Calls for each further certificate, and once in a run. */
  readonly each: number
  readonly once: number
}

export interface IssueReport {
  readonly participants: readonly Measured[]
  readonly calls: readonly CallRow[]
  readonly recordBytes: number
  readonly secretBytes: number
}

export interface SignerRound {
  /** Of the whole process. */
  readonly seconds: number
  /** From the first approval to the last certificate. */
  readonly signingSeconds: number
}

export interface SignerReport {
  readonly certificates: number
  readonly what: string
  readonly countersign: readonly SignerRound[]
  readonly own: readonly SignerRound[]
}

export interface PlanSize {
  readonly files: number
  readonly seconds: readonly number[]
  readonly megabytes: readonly number[]
}

export interface PlanReport {
  readonly validate: readonly PlanSize[]
  readonly plan: readonly PlanSize[]
}

/** One command, where so many certificates are issued and nothing is due. */
export interface IssuedSize {
  readonly command: string
  readonly certificates: number
  readonly seconds: readonly number[]
  /** Empty for other programs. */
  readonly megabytes: readonly number[]
}

/** The action, from its start to its end, on a pull request that adds so many requests. */
export interface PullRequestSize {
  readonly requests: number
  readonly seconds: readonly number[]
}

export interface StartRow {
  readonly what: string
  readonly milliseconds: number
  readonly ratio: number
  /** The largest ratio that is promised; null if none is. */
  readonly most: number | null
}

export interface Report {
  readonly measuredAt: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly issue?: IssueReport
  readonly defaultSigner?: SignerReport
  readonly plan?: PlanReport
  readonly issued?: readonly IssuedSize[]
  readonly pullRequests?: readonly PullRequestSize[]
  readonly start?: readonly StartRow[]
}
