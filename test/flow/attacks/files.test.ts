// Request files that are not what they seem, in plan and apply.
import { describe, expect, test } from '@jest/globals'
import { atAcme, withoutCluster } from '../../build/at-acme.ts'
import type { FileChange } from '../../github-double/git/git-files.ts'
import type { Acme } from '../../build/github-run.ts'
import { codesOf, issuesNothing } from '../../build/refusals.ts'
import { requestText } from '../../build/request-text.ts'
import { usualFile } from '../../build/history/usual-files.ts'

const FOLDER = 'requests/people'
const JANE = `${FOLDER}/jane.yaml`

/** A pull request with files that no sentence of a history can describe. */
function asksWith(acme: Acme, files: Readonly<Record<string, FileChange>>): void {
  const { world, repository } = acme.stage
  const author = acme.stage.who('author')
  world.tick(60)
  const commit = world.commit({ repository, branch: 'main', author, files })
  world.push({ actor: author, repository, branch: 'odd', commit })
  acme.does('author opens PR1 from odd')
}

function isApprovedAndMerged(acme: Acme): void {
  acme.does('reviewer approves PR1')
  acme.does('author merges PR1 (squash)')
}

const ODD: readonly (readonly [string, string, Readonly<Record<string, FileChange>>])[] = [
  [
    'of ten megabytes',
    'REQUEST_TOO_LARGE',
    { [JANE]: `${usualFile(JANE, {})}#${'x'.repeat(10_000_000)}\n` },
  ],
  [
    'with right-to-left text',
    'REQUEST_ENCODING',
    { [JANE]: usualFile(JANE, { comment: 'a\u202eb' }) },
  ],
  [
    'with a zero-width letter',
    'REQUEST_ENCODING',
    { [JANE]: usualFile(JANE, { comment: 'a\u200bb' }) },
  ],
  [
    'that is a symbolic link',
    'REQUEST_MODE',
    { [JANE]: { bytes: '../../README.md', mode: '120000' } },
  ],
  [
    'that is executable',
    'REQUEST_MODE',
    { [JANE]: { bytes: usualFile(JANE, {}), mode: '100755' } },
  ],
  ['that is a submodule', 'REQUEST_MODE', { [`${FOLDER}/jane`]: { submodule: 'a'.repeat(40) } }],
  [
    'with a capital letter in its name',
    'REQUEST_PATH',
    { [`${FOLDER}/Jane.yaml`]: usualFile(JANE, {}) },
  ],
  [
    'with a Cyrillic letter in its name',
    'REQUEST_PATH',
    { [`${FOLDER}/j\u0430ne.yaml`]: usualFile(JANE, {}) },
  ],
  [
    'with a private key in it',
    'FILE_PRIVATE_KEY',
    { [`${FOLDER}/jane.pem`]: `-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n` },
  ],
  [
    'with nested YAML aliases',
    'FILE_YAML',
    { [JANE]: 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n' },
  ],
  [
    'with two documents',
    'FILE_YAML',
    { [JANE]: `${usualFile(JANE, {})}---\n${usualFile(JANE, {})}` },
  ],
  [
    'with a duplicate key',
    'FILE_YAML',
    { [JANE]: usualFile(JANE, {}).replace('kind:', 'kind: Secret\nkind:') },
  ],
]

describe('a request file', () => {
  test.each(ODD)(
    'a request file %s is refused by plan, and by apply after a review',
    (_, code, files) =>
      atAcme(async scene => {
        const { acme } = scene
        asksWith(acme, files)
        const planned = await acme.plan(1)
        expect(planned.code).toBe(1)
        expect(codesOf(planned)).toContain(code)
        isApprovedAndMerged(acme)
        const ran = await acme.apply()
        expect(codesOf(ran)).toContain(code)
        await issuesNothing(scene, codesOf(ran), ran)
      }),
  )

  test('a second request file for the same identity is refused, and the first stays issued', () =>
    atAcme(async ({ acme, place }) => {
      acme.merges(1, { [JANE]: 'usual' })
      expect(await acme.apply()).toMatchObject({ code: 0 })
      acme.merges(2, {
        [`${FOLDER}/twin.yaml`]: { metadata: { name: 'twin' }, commonName: 'jane' },
      })
      const ran = await acme.apply()
      expect(ran.code).toBe(1)
      expect(codesOf(ran)).toEqual(['PLAN_NAME_TWICE'])
      const { body } = await place.admin.get(`/api/v1/namespaces/${place.namespace}/secrets`)
      expect(body.items.map(({ metadata }) => metadata.name)).toEqual(['jane-tls'])
    }))

  test('a request file for a reserved group is refused after an approval', () =>
    atAcme(async scene => {
      const groups = { subject: { organizations: ['system:masters'] } }
      scene.acme.merges(1, { [JANE]: groups })
      const ran = await scene.acme.apply()
      expect(codesOf(ran)).toContain('POLICY_GROUP_RESERVED')
      await issuesNothing(scene, codesOf(ran), ran)
    }))
})

describe('two thousand files', () => {
  const files = Object.fromEntries(
    Array.from({ length: 2000 }, (_, index) => [
      `${FOLDER}/p${index + 1000}.yaml`,
      requestText({ name: `p${index + 1000}` }),
    ]),
  )

  test('a plan of 2,000 files fits into one comment, which says that it is incomplete', () =>
    withoutCluster(async acme => {
      asksWith(acme, files)
      const ran = await acme.plan(1)
      expect(ran.code).toBe(1)
      expect(ran.result.steps).toHaveLength(2000)
      const [comment] = acme.comments(1)
      expect(comment?.body.length).toBeLessThanOrEqual(65_536)
      expect(comment?.body).toContain('cannot be approved as seen here')
      expect(Buffer.byteLength(ran.summary)).toBeLessThan(1_048_576)
      const { rest, graphql } = acme.github.calls()
      expect(rest + graphql).toBeLessThanOrEqual(200)
    }))

  test('a merge of 2,000 files stops at the limit', () =>
    atAcme(async scene => {
      asksWith(scene.acme, files)
      isApprovedAndMerged(scene.acme)
      await issuesNothing(scene, ['PLAN_LIMIT_ISSUE'])
    }))
})
