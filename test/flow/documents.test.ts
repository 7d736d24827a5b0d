// Every command in the documents is run, page by page, in the order of the page, and prints what the page shows. On the embedded
// cluster; those of the README also on a real control plane of their own. documents-how-to.test.ts does the same for the how-to pages.
import { describe } from '@jest/globals'
import { rows } from '../build/extent.ts'
import { describePages, follows, pagesWith } from '../build/reader/follow-pages.ts'
import { pageOf } from '../build/reader/page-steps.ts'
import { hasRealSubject, realSubject } from '../build/real-subject.ts'
import { startControlPlane } from '../control-plane/start.mjs'

const pages = pagesWith(path => !path.startsWith('docs/how-to/'))

describePages(rows(pages, ({ path }) => path === 'docs/getting-started.md'))

const describeReal = hasRealSubject ? describe : describe.skip

describeReal('kube-apiserver: README.md', () =>
  follows(pageOf('README.md'), async () => {
    // It fills the role view, which jane gets.
    const controllerManagerFlags = ['--controllers=clusterrole-aggregation-controller']
    const options = { separateClientCa: true, signerQps: 500, controllerManagerFlags }
    const plane = await startControlPlane(options)
    const { server, caPem, admin } = await realSubject(plane.kubeconfig)
    return { server, caPem, admin, stop: () => plane.stop() }
  }),
)
