// Types of the JSON that countersign writes, in tests: records, plans, results. Every member is declared as present; a test that
// reads a missing one sees undefined and fails.

export interface ShownProblem {
  readonly code: string
  readonly message: string
  readonly hint: string | null
  readonly at: { readonly file: string } | null
}

/** A certificate in a record. */
export interface ShownCertificate {
  readonly n: number
  readonly objectName: string
  readonly effective: string
  readonly certificate: string
  readonly sha256: string
  readonly serial: string
  readonly notAfter: string
  readonly issuedAt: string
  readonly keySince: string
  readonly meaning: string
  readonly proof: { readonly digest: string }
  readonly ended: { readonly how: string } | null
  readonly sealed: readonly { readonly target: string; readonly keyId: string }[]
  readonly incomplete: readonly string[]
}

export interface ShownRecord {
  readonly n: number
  readonly claim: {
    readonly n: number
    readonly holder: string
    readonly deadline: string
    readonly objectName: string
  }
  readonly issued: ShownCertificate
  readonly history: readonly ShownCertificate[]
  readonly abandoned: readonly ShownCertificate[]
  readonly withdrawnAt: string | null
  readonly failures: object | null
}

/** A step of a plan, its outcome, or a row of status. */
export interface ShownStep {
  readonly name: string
  readonly cluster: string
  readonly kind: string
  readonly state: string
  readonly reason: string
  readonly because: string
  readonly path: string
  /** The end of the certificate; null if there is none. */
  readonly until: string | null
  readonly next: string
  readonly request: { readonly blob: string }
  readonly effective: string
  readonly sha256: string
  readonly serial: string
  readonly stored: readonly string[]
  readonly problem: ShownProblem
  readonly problems: readonly ShownProblem[]
  readonly warnings: readonly ShownProblem[]
}

export interface ShownRun {
  readonly version: string
  readonly problems: readonly ShownProblem[]
  readonly warnings: readonly ShownProblem[]
  readonly steps: readonly ShownStep[]
  readonly outcomes: readonly ShownStep[]
  /** Only in the output of `status`. */
  readonly certificates: readonly ShownStep[]
  readonly effects: readonly unknown[]
  readonly plan: ShownRun
}
