// Access for a person's own key: the grant is in the PKCS#10, so a revoked one needs a new key.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { Revoker, accessPlace, bindingsOfGrants } from '../build/access-place.ts'
import type { AccessPlace } from '../build/access-place.ts'
import { ApiClient } from '../build/api-client.ts'
import { withAcme } from '../build/at-acme.ts'
import type { Acme } from '../build/github-run.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { usualFile } from '../build/history/usual-files.ts'
import type { ActionRan } from '../build/runner.ts'
import { Workshop } from '../build/workshop.ts'
import { ArtifactService } from '../github-double/artifacts/artifact-service.ts'

const JANE = 'requests/people/jane.yaml'
const TOKEN = 'ghp_of-the-author'
const AUTHOR = 1001
const POLICY = {
  access: [{ clusterRoles: ['view'], namespaces: ['apps'] }],
  opaque: 'allow',
  sinks: [{ artifact: {} }],
}

describe.each(GUARDED)('%s: access for an own key', kind => {
  let at: AccessPlace
  let revoker: Revoker
  const home = new Workshop()
  const service = new ArtifactService()

  beforeAll(async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }]
    at = await accessPlace(kind, { roles: { view: rules } })
    revoker = await Revoker.in(at)
    await service.start()
    home.write('certs/countersign.yaml', usualFile('countersign.yaml', at.config))
    home.write('certs/policies/people.yaml', usualFile('policies/people.yaml', POLICY))
  })
  afterAll(async () => {
    revoker?.end()
    home.end()
    await service.close()
    await at?.end()
  })

  const typed = async (acme: Acme, line: string): Promise<string> => {
    const env = { GITHUB_API_URL: acme.url, GITHUB_TOKEN: TOKEN }
    const { code, stdout, stderr } = await home.run(line.split(' '), { env, folder: 'certs' })
    if (code !== 0) throw new Error(`${line}\n${stdout}${stderr}`)
    return stdout
  }
  /**
   * The file of the working folder lands with the next pull request: four sentences, each a minute after the other, and after the merge of
   * the pull request before. It is approved before now, or after all that was done.
   */
  const lands = (acme: Acme, number: number, isApprovedLater = false): void => {
    acme.stage.world.state.now = new Date(
      Date.now() - (isApprovedLater ? 119_000 : (10 - number) * 239_000),
    )
    acme.merges(number, { [JANE]: home.read(`certs/${JANE}`) })
  }
  const applies = (acme: Acme): Promise<ActionRan> =>
    acme.apply({
      env: { ...service.jobEnvironment(4711), GITHUB_SERVER_URL: 'https://github.com' },
    })
  /** Codes of a call that the role allows and of one that it does not allow. */
  const codes = async (text: string): Promise<readonly number[]> => {
    const { user } = parse(text).users[0]
    const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')
    const holder = new ApiClient(at.place, {
      certificatePem: decoded(user['client-certificate-data']),
      keyPem: decoded(user['client-key-data']),
    })
    const namespaces = '/api/v1/namespaces'
    const paths = [
      `${namespaces}/apps/configmaps`,
      `${namespaces}/default/configmaps`,
      `${namespaces}/apps/secrets`,
    ]
    const answers = await Promise.all(paths.map(path => holder.get(path)))
    holder.close()
    return answers.map(({ code }) => code)
  }
  const grants = async (): Promise<readonly string[]> =>
    (await bindingsOfGrants(at.place)).map(({ subjects }) => subjects?.[0]?.name ?? '')

  test('a revoked PKCS#10 stays refused although a change is approved, and a new key gets another grant', async () => {
    const files = { 'countersign.yaml': at.config, 'policies/people.yaml': POLICY }
    await withAcme(at.place, { visibility: 'private', files }, async acme => {
      const permissions = { contents: 'read', pull_requests: 'read' } as const
      acme.github.tokens.set(TOKEN, { as: { account: AUTHOR }, permissions })
      await typed(acme, 'new jane --own-key --group developers --access view@apps')
      lands(acme, 1)
      expect(await applies(acme)).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const join = 'kubeconfig jane --repository acme/certs --embed-key --pr'
      const first = await typed(acme, `${join} 1`)
      expect(await codes(first)).toEqual([200, 403, 403])

      const [grant] = await grants()
      const rekeyed = await typed(acme, 'new jane --own-key --rekey')
      expect(rekeyed).toContain('jane.yaml: a new key and a new grant group, and nothing else')
      lands(acme, 2)
      expect(await applies(acme)).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const second = await typed(acme, `${join} 2`)
      expect(await codes(second)).toEqual([200, 403, 403])
      expect(new Set(await grants()).size).toBe(2)

      await revoker.revokes('jane')
      expect(await grants()).toEqual([])
      expect([await codes(first), await codes(second)]).toEqual([
        [403, 403, 403],
        [403, 403, 403],
      ])
      home.edit(`certs/${JANE}`, 'spec:\n', 'spec:\n  reissue: 1\n')
      lands(acme, 3)
      const refused = await applies(acme)
      expect(refused.result.outcomes).toMatchObject([
        { kind: 'refused', problems: [{ code: 'ACCESS_REVOKED' }] },
      ])
      expect(refused.stdout).toContain('countersign new jane --own-key --rekey')
      expect(await grants()).toEqual([])

      await typed(acme, 'new jane --own-key --rekey')
      lands(acme, 4, true)
      expect(await applies(acme)).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      expect(await codes(await typed(acme, `${join} 4`))).toEqual([200, 403, 403])
      expect([await codes(first), await codes(second)]).toEqual([
        [403, 403, 403],
        [403, 403, 403],
      ])
      expect(await grants()).toEqual([expect.not.stringContaining(grant ?? '')])
    })
  })
})
