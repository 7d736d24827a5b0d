// The refusals of a run of the action, and the check that it issued nothing.
import { expect } from '@jest/globals'
import type { Scene } from './at-acme.ts'
import { NOTHING_STANDS, standingIn } from './place.ts'
import type { ActionRan } from './runner.ts'
import type { ShownRun } from './shown-json.ts'

interface Coded {
  readonly code: string
}

/** Codes of everything that stopped the run or one of its steps, sorted. */
export function codesOf({ result }: Pick<ActionRan, 'result'>): readonly string[] {
  const all: readonly Coded[] = [...problemsOf(result), ...problemsOf(result?.plan)]
  return [...new Set(all.map(({ code }) => code))].toSorted()
}

function problemsOf(part: ShownRun | undefined): readonly Coded[] {
  return [
    ...(part?.problems ?? []),
    ...[...(part?.outcomes ?? []), ...(part?.steps ?? [])].flatMap(
      each => each.problems ?? each.problem ?? [],
    ),
  ]
}

/** Expects that the run (by default one of the tip) refuses with these codes and leaves the cluster unchanged. */
export async function issuesNothing(
  { acme, place }: Pick<Scene, 'acme' | 'place'>,
  codes: readonly string[],
  ran?: ActionRan,
): Promise<void> {
  const made = ran ?? (await acme.apply())
  expect(codesOf(made)).toEqual(codes)
  expect(made.code).toBe(1)
  expect(await standingIn(place)).toEqual(NOTHING_STANDS)
}
