// One finding of doctor: the state of one setting that countersign relies on.
import type { Code } from '../problem-codes.ts'
import { caughtProblem } from '../problem.ts'
import type { Problem } from '../problem.ts'

export interface Finding {
  /** `unsure`: the state is unknown, or it works and needs a look. */
  readonly mark: 'good' | 'bad' | 'unsure'
  readonly message: string
  readonly code: Code | null
  /** What to do, in lines. The commands are ready to paste. Null if there is nothing to do. */
  readonly paste: string | null
}

export interface PlacedFinding extends Finding {
  /** `GitHub`, `Gitea`, `files`, or the name of a cluster. */
  readonly area: string
}

export function good(message: string): Finding {
  return { mark: 'good', message, code: null, paste: null }
}

export function bad(message: string, paste: string | null, code: Code | null = null): Finding {
  return { mark: 'bad', message, code, paste }
}

export function unsure(message: string, paste: string | null = null): Finding {
  return { mark: 'unsure', message, code: null, paste }
}

export function ofProblem({ code, message, hint }: Problem): Finding {
  return bad(message, hint, code)
}

export function inArea(area: string, findings: readonly Finding[]): readonly PlacedFinding[] {
  return findings.map(finding => ({ area, ...finding }))
}

/** The findings of one part. A failure is a finding as well, so the other parts are still checked. */
export async function findingsOf(
  part: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await part()
  } catch (cause) {
    return [ofProblem(caughtProblem(cause))]
  }
}
