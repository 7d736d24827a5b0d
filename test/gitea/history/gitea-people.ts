// A Gitea server with the people of histories: the numbers of accounts and teams are those that the files of a history name.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ROLES, TEAM_IDS } from '../../build/history/people.ts'
import { GiteaWorld } from '../gitea-world.ts'
import type { GiteaServer } from '../start.mjs'

export const ORGANIZATION = 'acme'
const MADE = z.object({ id: z.number() })

/** People whom Gitea can have: its logins have no brackets, and it has no accounts of programs. */
export const GITEA_ROLES = Object.entries(ROLES).filter(([, { type }]) => type === 'User')

/** Fills the numbers below with accounts and teams that do nothing. */
export async function addPeople(server: GiteaServer, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const world = new GiteaWorld(server, `${ORGANIZATION}/none`, join(folder, 'none'))
  const first = Math.min(...GITEA_ROLES.map(([, { id }]) => id))
  for (let id = await world.addUser('filler'); id + 1 < first;)
    id = await world.addUser(`filler-${id}`)
  for (const [login, role] of GITEA_ROLES) {
    const id = await world.addUser(login)
    if (id !== role.id) throw new Error(`${login} has the number ${id}`)
  }
  await world.api(null, 'POST', '/orgs', { username: 'fillers' })
  await world.api(null, 'POST', '/orgs', { username: ORGANIZATION })
  const team = async (org: string, name: string): Promise<number> => {
    const made = { name, permission: 'read', units: ['repo.code'] }
    return MADE.parse(await world.api(null, 'POST', `/orgs/${org}/teams`, made)).id
  }
  const firstTeam = Math.min(...Object.values(TEAM_IDS))
  for (let id = 0; id + 1 < firstTeam;) id = await team('fillers', `filler-${id}`)
  for (const [slug, wanted] of Object.entries(TEAM_IDS)) {
    const id = await team(ORGANIZATION, slug)
    if (id !== wanted) throw new Error(`the team ${slug} has the number ${id}`)
  }
}
