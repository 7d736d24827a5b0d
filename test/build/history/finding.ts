// The verdicts of countersign by request, and how they differ from what a history expects.
import type { Step } from '../../../src/domain/cluster/plan-step.ts'
import type { Checked, Problem } from '../../../src/domain/problem.ts'
import type { Reviewed } from '../../../src/workflows/prove/review-steps.ts'
import type { Expected, Verdict } from './history.ts'

export interface Found {
  /** Words such as approved, kept and codes; several if several files use one name. */
  readonly verdicts: readonly string[]
  readonly problems: readonly Problem[]
}

/** The verdict on one request, by its name or its path. */
export function foundOf({ plan, approved, refused }: Reviewed, request: string): Found {
  const isIt = (step: Step): boolean => namesOf(step).includes(request)
  const refusals = refused.filter(({ step }) => isIt(step)).flatMap(({ problems }) => problems)
  const blocked = plan.steps.flatMap(step =>
    step.kind === 'blocked' && isIt(step) ? step.problems : [],
  )
  const problems = [...refusals, ...blocked]
  const verdicts = [
    ...approved.filter(({ step }) => isIt(step)).map(() => 'approved'),
    ...plan.steps.filter(step => step.kind === 'keep' && isIt(step)).map(() => 'kept'),
    ...problems.map(({ code }) => code),
  ]
  return {
    verdicts: verdicts.length === 0 ? ['nothing'] : [...new Set(verdicts)].toSorted(),
    problems,
  }
}

/** Differences as sentences. */
export function differences(expected: Expected, reviewed: Checked<Reviewed>): readonly string[] {
  if (!reviewed.ok) return runDifferences(expected, reviewed.problems)
  if (expected.run.length > 0) return [`the run was expected to stop with ${words(expected.run)}`]
  const warned = reviewed.value.warnings.map(({ code }) => code)
  const missing = expected.warnings.filter(code => !warned.some(each => each === code))
  return [
    ...Object.entries(expected.requests).flatMap(([request, verdict]) =>
      verdictDifferences(request, verdict, foundOf(reviewed.value, request)),
    ),
    ...missing.map(code => `the warning ${code} was expected, found: ${words(warned)}`),
  ]
}

function runDifferences({ run }: Expected, problems: readonly Problem[]): readonly string[] {
  const codes = [...new Set(problems.map(({ code }) => code))].toSorted()
  if (words(codes) === words([...run].toSorted())) return []
  const told = problems.map(({ code, message }) => `${code}: ${message}`).join('\n  ')
  return [
    `the run stopped with\n  ${told}\nexpected was ${run.length === 0 ? 'that it goes on' : words(run)}`,
  ]
}

function verdictDifferences(
  request: string,
  verdict: Verdict,
  { verdicts, problems }: Found,
): readonly string[] {
  const wanted = verdict.kind === 'refused' ? [...verdict.codes].toSorted() : [verdict.kind]
  const told = problems.map(({ code, message }) => `\n  ${code}: ${message}`).join('')
  if (words(verdicts) !== words(wanted))
    return [`${request}: expected ${words(wanted)}, found ${words(verdicts)}${told}`]
  const says = verdict.kind === 'refused' ? verdict.says : []
  return says
    .filter(text => !problems.some(({ message }) => message.includes(text)))
    .map(text => `${request}: no message says "${text}"${told}`)
}

function namesOf(step: Step): readonly string[] {
  if ('request' in step) return [step.request.name, step.request.path]
  return step.kind === 'blocked' ? [step.name, step.path] : [step.name]
}

function words(list: readonly string[]): string {
  return list.length === 0 ? 'nothing' : list.join(', ')
}
