// A comment at GitHub that begins with a marker of countersign. Anyone may have written it.

export interface MarkedComment {
  readonly body: string
  /** Written by a workflow or a GitHub App. */
  readonly isByProgram: boolean
}
