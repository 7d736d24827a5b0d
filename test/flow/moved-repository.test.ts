// A repository that is renamed or transferred keeps its id. Others can claim its old name, and then may write there: by the usual rule they
// approve its requests.
import { describe, expect, test } from '@jest/globals'
import { atAcme } from '../build/at-acme.ts'
import { configuration } from '../build/github-run.ts'
import type { Acme } from '../build/github-run.ts'
import { WORKFLOW_PATH } from '../build/history/usual-files.ts'

const JANE = { 'requests/people/jane.yaml': {} }
const NAME = 'elsewhere/certificates'
const MOVED = {
  GITHUB_REPOSITORY: NAME,
  GITHUB_WORKFLOW_REF: `${NAME}/${WORKFLOW_PATH}@refs/heads/main`,
}

function moves({ stage }: Acme): void {
  stage.world.addOrganization('elsewhere')
  stage.world.moveRepository(stage.repository, 'elsewhere', 'certificates')
}

describe('a repository that was transferred and renamed', () => {
  test('issues what was approved under the old name, and keeps what it issued', () =>
    atAcme(async ({ acme }) => {
      acme.merges(1, JANE)
      await acme.apply()
      acme.merges(2, { 'requests/people/alice.yaml': {} })
      moves(acme)
      const { code, stdout } = await acme.apply({ env: MOVED })
      expect([code, stdout]).toEqual([0, expect.stringContaining('1 to issue, 1 unchanged')])
    }))

  test('is not followed from its old name, and the problem says the new one', () =>
    atAcme(async ({ acme }) => {
      acme.merges(1, JANE)
      moves(acme)
      const { code, stdout } = await acme.apply()
      expect(code).toBe(2)
      expect(stdout).toContain('GITHUB_NOT_FOUND')
      expect(stdout).toContain(`acme/certs is called ${NAME} now`)
    }))
})

describe('a copy of a repository whose configuration has its id', () => {
  const config = { repositoryId: 1 }

  test('issues nothing, also what was approved in the copy', () =>
    atAcme(
      async ({ acme, cluster }) => {
        acme.merges(1, JANE)
        const { code, stdout } = await acme.apply()
        expect([code, stdout]).toEqual([1, expect.stringContaining('CONFIG_REPOSITORY')])
        expect(cluster.log).toEqual([])
      },
      { config },
    ))

  test('cannot take the id of the copy, though everybody in the copy approves it', () =>
    atAcme(
      async ({ acme, place, cluster }) => {
        const { id } = acme.stage.repository
        acme.proposes(1, { 'countersign.yaml': configuration(place, { repositoryId: id }) })
        acme.does('owner approves PR1')
        acme.lands(1)
        acme.merges(2, JANE)
        const { code, stdout } = await acme.apply()
        expect([code, stdout]).toEqual([1, expect.stringContaining('is of another repository')])
        expect(cluster.log).toEqual([])
      },
      { config },
    ))
})
