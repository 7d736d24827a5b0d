// Runs after a revocation: access stays revoked, also if the record is lost, until a change of the request file is approved and
// merged after it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Revoker, accessPlace, bindingsOfGrants, codeFor, pairOf } from '../build/access-place.ts'
import type { AccessPlace, Pair } from '../build/access-place.ts'
import { withAcme } from '../build/at-acme.ts'
import type { Acme } from '../build/github-run.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { personOf } from '../build/history/people.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { Workshop } from '../build/workshop.ts'

const DEPLOYER = 'requests/people/deployer.yaml'
const JANE = 'requests/people/jane.yaml'
const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
const POLICY = { access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }] }
const SECRET = '/api/v1/namespaces/apps/secrets/jane-tls'
const RECORD = '/api/v1/namespaces/countersign/configmaps/countersign-acme-certs-jane'
const TOKEN = 'ghp_owner'
/** That the author's approval never counts takes nothing away with them. */
const APPROVAL = {
  configuration: { required: 1, users: [personOf('owner')] },
  requests: { required: 1 },
}
const READS = '/api/v1/namespaces/apps/configmaps'

describe.each(GUARDED)('%s: runs after a revocation', kind => {
  let at: AccessPlace
  let revoker: Revoker
  const checkout = new Workshop()

  beforeAll(async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }]
    at = await accessPlace(kind, { roles: { 'cs-reader': rules } })
    revoker = await Revoker.in(at)
  })
  afterAll(async () => {
    revoker?.end()
    checkout.end()
    await at?.end()
  })

  const codeOf = (pair: Pair): Promise<number> => codeFor(pair, READS, at.place)
  const isRefused = async (acme: Acme): Promise<void> => {
    const ran = await acme.apply()
    expect(ran).toMatchObject({ code: 1, outputs: { 'issued-count': '0', 'renewed-count': '0' } })
    expect(ran.result.outcomes).toMatchObject([
      { kind: 'refused', problems: [{ code: 'ACCESS_REVOKED' }] },
    ])
    expect(await bindingsOfGrants(at.place)).toEqual([])
  }

  test('revoke --login ends the access without a token too, and with one it opens two pull requests; the merge of one withdraws', async () => {
    const { config, place } = at
    const never = { approval: { ...APPROVAL, never: [personOf('author')] } }
    const files = { 'countersign.yaml': { ...config, ...never }, 'policies/people.yaml': POLICY }
    await withAcme(place, { files }, async acme => {
      acme.merges(1, { [DEPLOYER]: { access: ACCESS } })
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      acme.does('owner pushes to change-2', { [DEPLOYER]: { access: ACCESS, reissue: 1 } })
      acme.does('owner opens PR2 from change-2')
      acme.does('reviewer approves PR2')
      acme.does('owner merges PR2 (squash)')
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const what = ['--login', 'author', '--repository', 'acme/certs']
      const alone = await revoker.run(what, { GITHUB_API_URL: acme.url, PATH: '' })
      expect(JSON.parse(alone.stdout)).toMatchObject({
        revoked: [{ value: 'deployer', outcome: 'revoked', problems: [] }],
        pullRequests: [],
        problems: [{ message: expect.stringContaining('the pull requests about author') }],
      })
      expect(alone.code).toBe(1)

      acme.github.tokens.set(TOKEN, {
        as: { account: personOf('owner').id },
        permissions: { contents: 'write', pull_requests: 'write' },
      })
      // Nothing ended, so a script must not go on as if it had.
      const typo = ['--login', 'authr', ...what.slice(2)]
      const nobody = await revoker.run(typo, { GITHUB_API_URL: acme.url, GITHUB_TOKEN: TOKEN })
      const hint = expect.stringContaining('did you mean "author"?')
      expect(JSON.parse(nobody.stdout)).toMatchObject({
        revoked: [],
        warnings: [{ hint }],
        problems: [],
      })
      expect(nobody.code).toBe(1)
      const opens = async (): Promise<unknown> => {
        const ran = await revoker.run(what, { GITHUB_API_URL: acme.url, GITHUB_TOKEN: TOKEN })
        expect(ran.code).toBe(0)
        return JSON.parse(ran.stdout).pullRequests
      }
      const numbers = [3, 4].map(number => `${acme.url}/acme/certs/pull/${number}`)
      const opened = (change: string) => [
        { of: 'requests', url: numbers[0], change },
        { of: 'configuration', url: numbers[1], change },
      ]
      expect(await opens()).toEqual(opened('opened'))
      expect(await opens()).toEqual(opened('unchanged'))
      const shown = (number: number) => acme.stage.world.shownFilesOf(acme.stage.pull(number))
      expect(shown(3).map(({ path, patch }) => [path, patch])).toEqual([
        [DEPLOYER, expect.stringMatching(/^\+ {2}withdraw: true$/m)],
      ])
      expect(shown(4).map(({ path }) => path)).toEqual(['countersign.yaml'])
      expect(shown(4)[0]?.patch).toMatch(/^-.*author/m)
      expect(shown(4)[0]?.patch).not.toMatch(/^\+/m)
      acme.does('reviewer approves PR3')
      acme.does('owner merges PR3 (squash)')
      expect((await acme.apply()).result.outcomes).toMatchObject([{ kind: 'withdrawn' }])
    })
  })

  test('access stays revoked with and without the record, and a later approved change grants it again', async () => {
    const { config, place } = at
    const files = { 'countersign.yaml': config, 'policies/people.yaml': POLICY }
    await withAcme(place, { files }, async acme => {
      acme.merges(1, { [JANE]: { access: ACCESS } })
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const before = await pairOf(place, 'jane')
      expect(await codeOf(before)).toBe(200)
      await revoker.revokes('jane')
      expect(await codeOf(before)).toBe(403)

      // The certificate is good for days, so there is nothing to issue.
      expect((await acme.apply()).result.outcomes).toMatchObject([{ kind: 'kept' }])
      expect(await bindingsOfGrants(place)).toEqual([])
      const identity = at.cluster.with(place.credential)
      const removed = async (path: string): Promise<void> =>
        expect((await identity.delete(path)).code).toBe(200)
      const { body } = await place.admin.get(SECRET)
      await removed(SECRET)
      await isRefused(acme)
      // The people at GitHub live in the past: this change landed before the revocation.
      const changed = { access: ACCESS, reissue: 1 }
      acme.merges(2, { [JANE]: changed })
      await isRefused(acme)
      checkout.write('countersign.yaml', usualFile('countersign.yaml', config))
      checkout.write('policies/people.yaml', usualFile('policies/people.yaml', POLICY))
      checkout.write(JANE, usualFile(JANE, changed))
      const env = { KUBECONFIG_PROD: place.kubeconfig }
      const shown = await checkout.run(['status', '-o', 'json'], { env })
      expect(JSON.parse(shown.stdout).certificates).toMatchObject([
        {
          name: 'jane',
          state: 'to reissue',
          next: 'access revoked: issued only if approved and merged after that; to grant it again, raise reissue in the file, in a pull request; to end it, remove the file',
        },
      ])
      // The record is lost, and the Secret still holds the approved certificate.
      const { name, labels, annotations } = body.metadata
      const { type, data } = body
      const again = { metadata: { name, labels, annotations }, type, data }
      await identity.created('/api/v1/namespaces/apps/secrets', again)
      await removed(RECORD)
      await isRefused(acme)
      await removed(RECORD)
      await removed(SECRET)
      await isRefused(acme)
      expect(await codeOf(before)).toBe(403)

      // Pushed, opened, approved and merged, each a minute after the other: approved after the revocation.
      acme.stage.world.state.now = new Date(Date.now() - 119_000)
      acme.merges(3, { [JANE]: { access: ACCESS, reissue: 2 } })
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const after = await pairOf(place, 'jane')
      expect([await codeOf(after), await codeOf(before)]).toEqual([200, 403])
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '0' } })
      expect(await codeOf(after)).toBe(200)
      await revoker.run(['--login', 'author'])
      expect(await codeOf(after)).toBe(403)

      // The record says what ended the certificate, also after the approved change that lifts the revocation.
      acme.merges(4, { [JANE]: { access: ACCESS, reissue: 3 } })
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const record = (await place.admin.get(RECORD)).body.data['record.json'] ?? ''
      expect(JSON.parse(record).history.slice(-2)).toMatchObject([
        { ended: { how: 'revoked', by: expect.stringMatching(/countersign-revoker$/) } },
        { ended: null },
      ])
    })
  })
})
