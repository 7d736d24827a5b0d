// Every command in the documents is run, page by page, in the order of the page, and prints what the page shows.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DOCUMENTS } from '../build/documents.ts'
import { pageOf } from '../build/reader/page-steps.ts'
import { faultOf } from '../build/reader/read-page.ts'
import { ReaderWorld } from '../build/reader/reader-world.ts'
import { readyBinaries } from '../control-plane/binaries.mjs'

const kubectl = readyBinaries()?.kubectl ?? null
const pages = DOCUMENTS.map(pageOf).filter(({ steps }) =>
  steps.some(({ kind }) => kind === 'command'),
)

describe.each(pages.map(page => [page.path, page] as const))('%s', (path, page) => {
  let world: ReaderWorld
  beforeAll(async () => {
    world = await ReaderWorld.open(kubectl)
  })
  afterAll(() => world?.end())

  test(`every command in ${path} does what the page shows`, async () =>
    expect(await faultOf(page, world)).toBeNull())
})
