// Pull mode with --cluster and --comment for a pull request that is for two clusters.
import { expect, test } from '@jest/globals'
import { withAcme } from '../build/at-acme.ts'
import { configuration, MAY_COMMENT } from '../build/github-run.ts'
import { personOf } from '../build/history/people.ts'
import { ownPlace } from '../build/place.ts'
import { Workshop } from '../build/workshop.ts'

const TOKEN = 'github_pat_pull_mode'
const JANE = 'requests/people/jane.yaml'
type Configured = Readonly<Record<string, unknown>> & {
  readonly clusters: { readonly prod: object }
}

test.failing(
  'after a run for lab, the comment on a pull request for two clusters has what the run for prod did',
  async () => {
    const workshop = new Workshop()
    const [first, second] = [await ownPlace({}), await ownPlace({})]
    const usual = configuration(first.place) as Configured
    const { prod } = usual.clusters
    const auth = { kubeconfig: { secretEnv: 'KUBECONFIG_LAB' } }
    const lab = { ...(configuration(second.place) as Configured).clusters.prod, auth }
    const files = { 'countersign.yaml': { ...usual, clusters: { prod, lab } } }
    try {
      await withAcme(first.place, { files }, async acme => {
        const as = { account: personOf('owner').id }
        acme.github.tokens.set(TOKEN, { as, permissions: MAY_COMMENT })
        const digest = await acme.digest()
        const logins = {
          KUBECONFIG_PROD: first.place.kubeconfig,
          KUBECONFIG_LAB: second.place.kubeconfig,
        }
        const env = { ...logins, GITHUB_TOKEN: TOKEN, GITHUB_API_URL: acme.url }
        const commentAfter = async (...scope: readonly string[]): Promise<string> => {
          const args = ['apply', '--prove', '--comment', '--repository', 'acme/certs', ...scope]
          await workshop.run([...args, '--trusted-config', digest], { env })
          const comment = acme.comments(1).at(-1)?.body ?? ''
          return comment
        }
        acme.merges(1, { [JANE]: { clusters: ['prod', 'lab'] } })
        expect(await commentAfter('--cluster', 'prod')).toContain('on `prod`')
        const after = await commentAfter('--cluster', 'lab')
        expect(after).toContain('on `lab`')
        expect(after).toContain('on `prod`')
      })
    } finally {
      workshop.end()
      await first.end()
      await second.end()
    }
  },
)
