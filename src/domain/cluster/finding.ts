// One finding of doctor: the state of one setting that countersign relies on.
import type { Code } from '../problem-codes.ts'
import { caughtProblem } from '../problem.ts'
import type { Problem } from '../problem.ts'

export interface Finding {
  /** `unsure`: the state is unknown, or it works and needs a look. */
  readonly mark: 'good' | 'bad' | 'unsure'
  /** `GitHub`, `files`, or the name of a cluster. */
  readonly area: string
  readonly message: string
  readonly code: Code | null
  /** What to do, in lines. The commands are ready to paste. Null if there is nothing to do. */
  readonly paste: string | null
}

export function good(area: string, message: string): Finding {
  return { mark: 'good', area, message, code: null, paste: null }
}

export function bad(
  area: string,
  message: string,
  paste: string | null,
  code: Code | null = null,
): Finding {
  return { mark: 'bad', area, message, code, paste }
}

export function unsure(area: string, message: string, paste: string | null = null): Finding {
  return { mark: 'unsure', area, message, code: null, paste }
}

/** The three makers for findings of one area. */
export function findingsIn(area: string) {
  return {
    good: (message: string): Finding => good(area, message),
    bad: (message: string, paste: string | null, code: Code | null = null): Finding =>
      bad(area, message, paste, code),
    unsure: (message: string, paste: string | null = null): Finding => unsure(area, message, paste),
  }
}

export function ofProblem(area: string, { code, message, hint }: Problem): Finding {
  return bad(area, message, hint, code)
}

/** The findings of one part. A failure is a finding as well, so the other parts are still checked. */
export async function findingsOf(
  area: string,
  part: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await part()
  } catch (cause) {
    return [ofProblem(area, caughtProblem(cause))]
  }
}
