// What a random push changes: mostly one request, seldom more, and what stood at some remembered commit.
import type { Stage } from '../history/stage.ts'
import type { Chance } from './chance.ts'
import { CONFIGURATION, README, REQUESTS, VARIANTS } from './material.ts'

export type RawFiles = Readonly<Record<string, unknown>>

/** One of the remembered commits, seldom the first of all. */
export function randomMark(chance: Chance, stage: Stage): string {
  const marks = [...stage.marks().keys()]
  return chance.of(marks.length > 1 && chance.is(0.85) ? marks.slice(1) : marks)
}

/** `configuration`: how often that is changed, where a request is 12. */
export function randomFiles(chance: Chance, stage: Stage, configuration: number): RawFiles {
  const kind = chance.weighted([
    [12, 'request'],
    [2, 'two'],
    [2, 'readme'],
    [configuration, 'configuration'],
    [configuration / 4, 'mixed'],
    [0.7, 'rename'],
  ])
  const path = chance.of(REQUESTS)
  const [place, content] = chance.of(CONFIGURATION)
  const request = { [path]: randomContent(chance, stage, path) }
  switch (kind) {
    case 'two': {
      const other = chance.of(REQUESTS)
      return { ...request, [other]: randomContent(chance, stage, other) }
    }
    case 'readme':
      return { 'README.md': chance.of(README) }
    case 'configuration':
      return { [place]: content }
    case 'mixed':
      return { ...request, [place]: content }
    case 'rename': {
      const to = path.replace('people/', 'people/team/')
      const stands = stage.world.blobAt(stage.tip('main'), path) !== null
      return stands ? { [path]: 'removed', [to]: `as at main in ${path}` } : request
    }
    default:
      return request
  }
}

function randomContent(chance: Chance, stage: Stage, path: string): unknown {
  const marked = chance.is(0.2) ? randomMark(chance, stage) : null
  if (marked !== null && stage.world.blobAt(stage.commit(marked), path) !== null)
    return `as at ${marked}`
  return chance.is(0.08) ? 'removed' : chance.of(VARIANTS)
}
