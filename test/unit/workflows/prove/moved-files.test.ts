import { describe, expect, test } from '@jest/globals'
import { droppedNamesakes, movesAt } from '../../../../src/workflows/prove/moved-files.ts'
import type { FileStep } from '../../../../src/workflows/prove/file-steps.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import { standIn } from '../../../build/stand-in.ts'
import { ownYaml } from '../../../build/request.ts'

/** A blob is named after the request in it and its version: `jane1`; in another cluster: `jane1@stage`; one that cannot be read: `bad1`. */
function textOf(blob: string): string {
  if (blob.startsWith('bad')) return '['
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
      'is that of the same name, if several removed ones have the same bytes',
      { 'a/other': 'jane1', 'a/jane': 'jane1' },
      { 'b/jane': 'jane1' },
      { 'requests/b/jane.yaml': 'requests/a/jane.yaml' },
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

describe('a namesake that a merge of unrecorded order may have dropped', () => {
  const dropped = async (now: Record<string, string>, onOtherSide: Record<string, string>) => {
    const step = standIn<FileStep>({
      files: kinds(now),
      filesAt: commit => (commit === 'side' ? kinds(onOtherSide) : new Map()),
      beside: [{ commit: 'side', bases: ['base'] }],
    })
    const paths = [...kinds(now).keys()]
    return Object.fromEntries(await droppedNamesakes(step, paths, source, 'requests'))
  }

  test.each<[string, Record<string, string>, Record<string, string>, Record<string, string>]>([
    [
      'is a file of the same name at another path',
      { new: 'jane1' },
      { old: 'jane2' },
      { 'requests/new.yaml': 'side' },
    ],
    ['is no file of another name', { new: 'jane1' }, { old: 'joe1' }, {}],
    ['is no file that cannot be read, as the own one', { new: 'bad1' }, { old: 'bad2' }, {}],
  ])('the namesake %s', async (_, now, onOtherSide, expected) => {
    expect(await dropped(now, onOtherSide)).toEqual(expected)
  })
})
