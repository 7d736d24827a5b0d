// Attacks: a decision without the right to it, by configuration, policies, workflow, or diffs that GitHub hides.
import { afterEach, describe, expect, test } from '@jest/globals'
import { atAcme, withoutCluster } from '../../build/at-acme.ts'
import type { Scene } from '../../build/at-acme.ts'
import { describeWhole } from '../../build/extent.ts'
import { configuration } from '../../build/github-run.ts'
import { NOTHING_STANDS, standingIn } from '../../build/place.ts'
import { codesOf, issuesNothing } from '../../build/refusals.ts'
import { startDecoy } from '../../build/decoy-server.ts'
import type { DecoyServer } from '../../build/decoy-server.ts'
import { kubeconfig } from '../../build/workshop.ts'

const JANE = 'requests/people/jane.yaml'
const CONFIG = 'countersign.yaml'
const POLICY = 'policies/people.yaml'
const WORKFLOW = '.github/workflows/countersign.yaml'
const WIDER = { allowed: { subject: { organizations: { values: ['system:masters'] } } } }

let decoys: DecoyServer[] = []
afterEach(async () => {
  for (const decoy of decoys) await decoy.close()
  decoys = []
})

async function newDecoy(): Promise<DecoyServer> {
  const decoy = await startDecoy()
  decoys.push(decoy)
  return decoy
}

describeWhole('a request and a configuration change in one pull request', () => {
  test.each([
    ['the workflow', WORKFLOW, 'on: push\n'],
    ['a policy', POLICY, { constraints: { maxDuration: '300h' } }],
    ['CODEOWNERS', 'CODEOWNERS', '* @author\n'],
    ['attributes', '.gitattributes', '*.md text\n'],
  ])(
    'a request in one pull request with %s is refused, whatever approvals it has',
    (_, path, content) =>
      atAcme(async scene => {
        const { acme } = scene
        acme.does('author pushes to both', { [JANE]: 'usual', [path]: content })
        acme.does('author opens PR1 from both')
        acme.does('owner approves PR1')
        acme.does('reviewer approves PR1')
        expect(codesOf(await acme.plan(1))).toEqual(['APPROVAL_MIXED'])
        acme.does('author merges PR1 (squash)')
        await issuesNothing(scene, ['APPROVAL_MIXED'])
      }),
  )
})

/** The cluster of the last trusted configuration may be asked, with dry runs, for ends that were approved. */
function writesOf({ log }: Scene['cluster']): Scene['cluster']['log'] {
  return log.filter(
    ({ method, path }) => method !== 'GET' && !/\/selfsubject|dryRun=All/.test(path),
  )
}

describeWhole('an unproved configuration', () => {
  test.each([
    ['a push of a policy', { [POLICY]: WIDER }],
    ['a push of the workflow', { [WORKFLOW]: 'on: push\n' }],
    ['a push of CODEOWNERS', { 'docs/CODEOWNERS': '* @author\n' }],
    ['a push of attributes', { '.gitattributes': 'requests/** -diff\n' }],
    ['a push that removes a policy', { [POLICY]: 'removed' }],
  ])('nothing is issued and nothing is written after %s', (_, files) =>
    atAcme(async scene => {
      const { acme, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      acme.does('owner pushes to main', files)
      const ran = await acme.apply()
      expect(ran.code).toBe(1)
      expect(codesOf(ran)).toContain('APPROVAL_DIRECT_PUSH')
      expect(writesOf(cluster)).toEqual([])
      expect(await standingIn(scene.place)).toEqual(NOTHING_STANDS)
    }),
  )

  test('a configuration that is deleted, and restored by a push, issues nothing', () =>
    atAcme(async scene => {
      const { acme, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      acme.does('owner pushes to main', { [CONFIG]: 'removed' })
      await issuesNothing(scene, ['CONFIG_MISSING'])
      acme.does('owner pushes to main', { [CONFIG]: 'as at start' })
      const ran = await acme.apply()
      expect(ran.code).toBe(1)
      expect(codesOf(ran)).toContain('APPROVAL_DIRECT_PUSH')
      expect(writesOf(cluster).filter(({ user }) => user === scene.place.user)).toEqual([])
    }))

  test('a wider policy that no owner approved issues nothing', () =>
    atAcme(async scene => {
      const { acme } = scene
      acme.merges(1, { [JANE]: 'usual' })
      acme.merges(2, { [POLICY]: WIDER })
      await issuesNothing(scene, ['APPROVAL_NO_TRUST_ROOT', 'APPROVAL_REVIEWER_NOT_ELIGIBLE'])
    }))

  test('a digest of no configuration issues nothing', () =>
    atAcme(async scene => {
      const { acme } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const inputs = { 'trusted-config': `sha256:${'0'.repeat(64)}` }
      await issuesNothing(scene, ['APPROVAL_NO_TRUST_ROOT'], await acme.apply({ inputs }))
    }))

  test('a pushed workflow with the digest of a configuration that was pushed before it issues nothing', () =>
    atAcme(async ({ acme, cluster }) => {
      acme.merges(1, { [JANE]: 'usual' })
      acme.does('owner pushes to main', { [POLICY]: WIDER })
      acme.does('owner pushes to main', { [WORKFLOW]: 'on: push\n' })
      const inputs = { 'trusted-config': await acme.digest('main') }
      const ran = await acme.apply({ inputs })
      expect(ran.code).toBe(1)
      expect(codesOf(ran)).toContain('APPROVAL_DIRECT_PUSH')
      expect(writesOf(cluster)).toEqual([])
    }))
})

describe('the cluster of the credential', () => {
  test('the credential is not sent to a server that a push put into the configuration', () =>
    atAcme(async scene => {
      const { acme, place } = scene
      const decoy = await newDecoy()
      acme.merges(1, { [JANE]: 'usual' })
      acme.does('owner pushes to main', { [CONFIG]: configuration({ ...place, ...decoy }) })
      const stolen = kubeconfig(decoy, { token: 'a-token-of-the-cluster' })
      for (const env of [{}, { KUBECONFIG_PROD: stolen }])
        expect(await acme.apply({ env })).toMatchObject({ code: 1 })
      expect(decoy.connections).toBe(0)
      expect(await standingIn(place)).toEqual(NOTHING_STANDS)
    }))

  test('the credential is not sent to a server that a pull request names', () =>
    withoutCluster(async acme => {
      const decoy = await newDecoy()
      const { place } = acme
      acme.does('author pushes to moved', {
        [CONFIG]: configuration({ ...place, ...decoy }),
        [JANE]: 'usual',
      })
      acme.does('author opens PR1 from moved')
      const env = { KUBECONFIG_PROD: kubeconfig(decoy, { token: 'a-token-of-the-cluster' }) }
      expect(await acme.plan(1, { env })).toMatchObject({ code: 1 })
      expect(decoy.connections).toBe(0)
    }))

  test('the credential is not sent to a server that only the kubeconfig names', () =>
    atAcme(async ({ acme, cluster }) => {
      const decoy = await newDecoy()
      acme.merges(1, { [JANE]: 'usual' })
      const env = { KUBECONFIG_PROD: kubeconfig(decoy, { token: 'a-token-of-the-cluster' }) }
      const ran = await acme.apply({ env })
      expect(ran.code).toBe(2)
      expect(codesOf(ran)).toEqual(['CONFIG_CLUSTER_DIFFERS'])
      expect(decoy.connections).toBe(0)
      expect(cluster.log).toEqual([])
    }))

  test('the credential is not sent to a server with a certificate of another CA', () =>
    atAcme(async ({ acme, cluster }) => {
      acme.merges(1, { [JANE]: 'usual' })
      const other = kubeconfig({ ...acme.place, caPem: cluster.clientCaPem }, acme.place.credential)
      const ran = await acme.apply({ env: { KUBECONFIG_PROD: other } })
      expect(ran.code).toBe(2)
      expect(cluster.log).toEqual([])
    }))
})

describe('programs in a kubeconfig', () => {
  const program = (config: string): string => {
    const at = config.indexOf('users:')
    const user = `users:
- name: user
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, 'touch "$HOME/ran"'], interactiveMode: Never}
`
    return `${config.slice(0, at)}${user}${config.slice(config.indexOf('contexts:'))}`
  }

  test('an exec entry of the kubeconfig in the secret is not run', () =>
    atAcme(async ({ acme, place, cluster }) => {
      acme.merges(1, { [JANE]: 'usual' })
      const ran = await acme.apply({ env: { KUBECONFIG_PROD: program(place.kubeconfig) } })
      expect(ran.code).toBe(2)
      expect(codesOf(ran)).toEqual(['CONFIG_KUBECONFIG_EXEC'])
      expect(ran.files.has('home/ran')).toBe(false)
      expect(cluster.log).toEqual([])
    }))

  test('a kubeconfig in the workspace is refused, and its exec entry is not run', () =>
    atAcme(
      async ({ acme, place, cluster }) => {
        acme.merges(1, { [JANE]: 'usual' })
        const ran = await acme.apply({ workspace: { kubeconfig: program(place.kubeconfig) } })
        expect(ran.code).toBe(2)
        expect(codesOf(ran)).toEqual(['CONFIG_KUBECONFIG'])
        expect(ran.files.has('home/ran')).toBe(false)
        expect(cluster.log).toEqual([])
      },
      { config: { auth: { kubeconfig: { secretEnv: null, path: 'kubeconfig' } } } },
    ))
})

describeWhole('diffs that GitHub hides', () => {
  test.each([
    [
      'attributes in its folder',
      JANE,
      { [JANE]: 'usual', 'requests/people/.gitattributes': '*.yaml -diff\n' },
    ],
    [
      'a last line of a VCR recording',
      'requests/people/jane.yml',
      { 'requests/people/jane.yml': { comment: 'recorded_with: VCR 6.0.0' } },
    ],
  ])('a request whose diff is hidden by %s is not approved', (_, path, files) =>
    atAcme(async scene => {
      scene.acme.merges(1, files)
      await issuesNothing(scene, ['APPROVAL_HIDDEN'])
      expect(path in files).toBe(true)
    }),
  )

  test('a request whose diff is hidden by approved attributes of the root is not approved', () =>
    atAcme(async scene => {
      const { acme } = scene
      acme.does('author pushes to hide', { '.gitattributes': 'requests/** linguist-generated\n' })
      acme.does('author opens PR1 from hide')
      acme.does('owner approves PR1')
      acme.does('author merges PR1 (squash)')
      acme.merges(2, { [JANE]: 'usual' })
      await issuesNothing(scene, ['APPROVAL_HIDDEN'])
    }))
})
