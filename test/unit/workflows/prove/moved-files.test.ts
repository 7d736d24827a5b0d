import { describe, expect, test } from '@jest/globals'
import { movesAt } from '../../../../src/workflows/prove/moved-files.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import { standIn } from '../../../build/stand-in.ts'
import { ownYaml } from '../../../build/request.ts'

/** A blob is named after the request in it and its version: `jane1`; in another cluster: `jane1@stage`. */
function textOf(blob: string): string {
  const [file = '', cluster = 'prod'] = blob.split('@')
  const name = file.replace(/\d+$/, '')
  return ownYaml(`commonName: ${name}`, `clusters: [${cluster}]`).replace(
    'spec:',
    `metadata: {name: ${name}}\nspec:`,
  )
}

const source = standIn<ReviewedRepository>({
  listings: async (trees: readonly string[]) =>
    new Map(
      trees.map(tree => [
        tree,
        tree
          .split(',')
          .map(word => word.split('~'))
          .map(([name = '', blob = '']) => ({ path: `${name}.yaml`, mode: '100644', blob })),
      ]),
    ),
  blobs: async (ids: readonly string[]) =>
    new Map(ids.map(id => [id, new TextEncoder().encode(textOf(id))])),
})

const kinds = (files: Record<string, string>): ReadonlyMap<string, string> =>
  new Map(Object.entries(files).map(([name, blob]) => [`requests/${name}.yaml`, `100 ${blob}`]))

describe('the path that a file had before', () => {
  const moved = async (before: Record<string, string>, now: Record<string, string>) => {
    const paths = [...kinds(now).keys()]
    const step = { filesBefore: kinds(before), files: kinds(now) }
    return Object.fromEntries(await movesAt(step, paths, source, 'requests'))
  }

  test.each<[string, Record<string, string>, Record<string, string>, Record<string, string>]>([
    [
      'is the removed one with the same bytes',
      { old: 'jane1', other: 'joe1' },
      { new: 'jane1', other: 'joe1' },
      { 'requests/new.yaml': 'requests/old.yaml' },
    ],
    [
      'is the removed one that asked for the same name',
      { old: 'jane1', away: 'joe1' },
      { new: 'jane2' },
      { 'requests/new.yaml': 'requests/old.yaml' },
    ],
    ['is unknown if the old file stays', { old: 'jane1' }, { old: 'jane1', new: 'jane1' }, {}],
    [
      'is unknown if the removed file asked for another name',
      { old: 'joe1' },
      { new: 'jane1' },
      {},
    ],
    ['is its own if it was there before', { new: 'jane1', old: 'jane2' }, { new: 'jane2' }, {}],
  ])('the path before %s', async (_, before, now, expected) => {
    expect(await moved(before, now)).toEqual(expected)
  })
})
