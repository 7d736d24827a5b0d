// One test at acme with its setup and cleanup; a call that the GitHub double could not answer fails the test.
import { expect } from '@jest/globals'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxOptions } from '../../src/sandbox/api/sandbox-options.ts'
import { Acme, configuration } from './github-run.ts'
import type { GivenWords } from './github-run.ts'
import { nowhere, ownPlace } from './place.ts'
import type { Place } from './place.ts'

export interface Scene {
  readonly acme: Acme
  readonly place: Place
  readonly cluster: SandboxCluster
}

export interface SceneWords {
  readonly given?: GivenWords
  /** Changes to the configuration. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly cluster?: SandboxOptions
}

/** With an embedded cluster. */
export async function atAcme(
  act: (scene: Scene) => Promise<void>,
  { given = {}, config = {}, cluster: options = {} }: SceneWords = {},
): Promise<void> {
  const { place, cluster, end } = await ownPlace(options)
  const { files = {}, ...rest } = given
  const changed = { 'countersign.yaml': configuration(place, config), ...files }
  try {
    await withAcme(place, { ...rest, files: changed }, acme => act({ acme, place, cluster }))
  } finally {
    await end()
  }
}

/** Without a cluster, because a plan of a pull request calls none. */
export function withoutCluster(
  act: (acme: Acme) => Promise<void>,
  given: GivenWords = {},
): Promise<void> {
  return withAcme(nowhere(), given, act)
}

export async function withAcme(
  place: Place,
  given: GivenWords,
  act: (acme: Acme) => Promise<void>,
): Promise<void> {
  const acme = await Acme.open(place, given)
  let unanswered: readonly string[] = []
  try {
    await act(acme)
  } finally {
    unanswered = await acme.end()
  }
  expect(unanswered).toEqual([])
}
