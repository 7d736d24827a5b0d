// Every command in the documents is run, page by page, in the order of the page, and prints what the page shows. On the embedded
// cluster; those of the README also on a real control plane of their own.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DOCUMENTS } from '../build/documents.ts'
import { rows } from '../build/extent.ts'
import { pageOf } from '../build/reader/page-steps.ts'
import type { Page } from '../build/reader/page-steps.ts'
import { faultOf } from '../build/reader/read-page.ts'
import { ReaderWorld } from '../build/reader/reader-world.ts'
import type { ReaderCluster } from '../build/reader/reader-world.ts'
import { hasRealSubject, realSubject } from '../build/real-subject.ts'
import { readyBinaries } from '../control-plane/binaries.mjs'
import { startControlPlane } from '../control-plane/start.mjs'

const kubectl = readyBinaries()?.kubectl ?? null
const FIRST = ['docs/getting-started.md']
const pages = rows(
  DOCUMENTS.map(pageOf).filter(({ steps }) => steps.some(({ kind }) => kind === 'command')),
  ({ path }) => FIRST.includes(path),
)

/** Defines a test of a page in a world of its own. */
function follows(page: Page, cluster?: () => Promise<ReaderCluster>): void {
  let world: ReaderWorld
  beforeAll(async () => {
    world = await ReaderWorld.open(kubectl, await cluster?.())
  })
  afterAll(() => world?.end())

  test(`every command in ${page.path} does what the page shows`, async () =>
    expect(await faultOf(page, world)).toBeNull())
}

describe.each(pages.map(page => [page.path, page] as const))('embedded cluster: %s', (_, page) =>
  follows(page),
)

const describeReal = hasRealSubject ? describe : describe.skip

describeReal('kube-apiserver: README.md', () =>
  follows(pageOf('README.md'), async () => {
    const plane = await startControlPlane({ separateClientCa: true, signerQps: 500 })
    const { server, caPem, admin } = await realSubject(plane.kubeconfig)
    return { server, caPem, admin, stop: () => plane.stop() }
  }),
)
