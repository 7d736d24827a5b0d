// Defines the tests that follow pages of the documents, each in a world of its own.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DOCUMENTS } from '../documents.ts'
import { readyBinaries } from '../../control-plane/binaries.mjs'
import { pageOf } from './page-steps.ts'
import type { Page } from './page-steps.ts'
import { faultOf } from './read-page.ts'
import { ReaderWorld } from './reader-world.ts'
import type { ReaderCluster } from './reader-world.ts'

const kubectl = readyBinaries()?.kubectl ?? null

/** The pages with commands, by their paths. */
export function pagesWith(isWanted: (path: string) => boolean): readonly Page[] {
  return DOCUMENTS.filter(isWanted)
    .map(pageOf)
    .filter(({ steps }) => steps.some(({ kind }) => kind === 'command'))
}

/** Follows each page on the embedded cluster. */
export function describePages(pages: readonly Page[]): void {
  describe.each(pages.map(page => [page.path, page] as const))('embedded cluster: %s', (_, page) =>
    follows(page),
  )
}

/** Defines the test of a page. */
export function follows(page: Page, cluster?: () => Promise<ReaderCluster>): void {
  let world: ReaderWorld
  beforeAll(async () => {
    world = await ReaderWorld.open(kubectl, await cluster?.())
  })
  afterAll(() => world?.end())

  test(`every command in ${page.path} does what the page shows`, async () =>
    expect(await faultOf(page, world)).toBeNull())
}
