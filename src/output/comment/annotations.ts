// The problems that become annotations. GitHub keeps ten of a kind for each step and drops the others silently, so the tenth says
// that there are more.
import { sortProblems } from '../../domain/problem.ts'
import type { Annotation, Problem } from '../../domain/problem.ts'
import { counted } from '../terminal/plural-words.ts'
import { displayed } from '../terminal/displayable-text.ts'

const MOST_ANNOTATIONS = 9
/** GitHub shows the first 4 KiB of an annotation's message. */
const MOST_CHARACTERS = 1000

/** Errors first, each kind in the order of the files. No text has line ends or control characters, so none can be a command. */
export function annotations(
  errors: readonly Problem[],
  warnings: readonly Problem[] = [],
): readonly Annotation[] {
  const all = [
    ...sortProblems(errors).map(problem => annotation(problem, 'error')),
    ...sortProblems(warnings).map(problem => annotation(problem, 'warning')),
  ]
  const told = all.slice(0, MOST_ANNOTATIONS)
  const rest = all.length - told.length
  const message = `${counted(rest, 'more problem')}; the log of the run has them all`
  const level = errors.length > MOST_ANNOTATIONS ? 'error' : 'warning'
  return rest === 0 ? told : [...told, { level, title: 'countersign', message, at: null }]
}

function annotation({ code, at, message, hint }: Problem, level: Annotation['level']): Annotation {
  const whole = hint === null ? message : `${message} (${hint.split('\n').join(' ')})`
  return {
    level,
    title: code,
    message: displayed(whole, MOST_CHARACTERS),
    at:
      at === null
        ? null
        : { file: displayed(at.file, MOST_CHARACTERS), line: at.line, column: at.column },
  }
}
