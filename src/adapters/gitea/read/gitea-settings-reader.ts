// The port GiteaSettings over Gitea's API: the rule of a branch, what the token may do, and accounts.
import { z } from 'zod'
import { caughtProblem } from '../../../domain/problem.ts'
import type { GiteaSettings } from '../../../ports/github-settings.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'
import type { Viewer } from '../write/gitea-comments.ts'
import { GITEA_USER } from './gitea-accounts.ts'

/** The name is empty for an account that is no administrator of the repository. */
const BRANCH = z.object({ protected: z.boolean(), effective_branch_protection_name: z.string() })
const RULE = z.record(z.string(), z.unknown())
/** Where a person may push a merge, every merge counts as a push. Absent counts as on. */
export const MERGES_BY_HAND = {
  allow_manual_merge: z.boolean().default(true),
  autodetect_manual_merge: z.boolean().default(true),
}

type MergesByHand = Readonly<Record<keyof typeof MERGES_BY_HAND, boolean>>

export function takesMergesByHand(found: MergesByHand): boolean {
  return found.allow_manual_merge || found.autodetect_manual_merge
}

const REPOSITORY = z.object({
  permissions: z.object({ admin: z.boolean(), push: z.boolean() }),
  mirror: z.boolean(),
  archived: z.boolean(),
  ...MERGES_BY_HAND,
})
const FOUND = z.object({ data: z.array(GITEA_USER) })
const READING = { doing: 'read the settings of the repository', needs: 'read:repository' }
const LOOKING = { doing: 'look up an account', needs: 'read:user', alsoTakes: [404] }
/** All that is known of a token that may see the tasks of the server. */
const ADMIN_SCOPE = ['read:admin']
const WRITING = ['write:repository', 'all', ...ADMIN_SCOPE]

/** `path`: `/repos/OWNER/NAME`. Sends nothing. */
export function giteaSettings(
  connection: GiteaConnection,
  path: string,
  viewer: Viewer,
): GiteaSettings {
  return {
    viewer,

    async account(who) {
      const at = 'id' in who ? '/users/search' : `/users/${encodeURIComponent(who.login)}`
      const call = { ...LOOKING, path: at, query: 'id' in who ? { uid: who.id } : {} }
      if ('login' in who) return connection.get(call, GITEA_USER)
      return (await connection.get(call, FOUND))?.data[0] ?? null
    },

    async ruleInForce(branch) {
      const call = { ...READING, path: `${path}/branches/${encodeURIComponent(branch)}` }
      const found = await connection.get({ ...call, alsoTakes: [404] }, BRANCH)
      if (found?.protected !== true) return null
      const rule = encodeURIComponent(found.effective_branch_protection_name)
      if (rule === '') return 'hidden'
      return connection.get({ ...READING, path: `${path}/branch_protections/${rule}` }, RULE)
    },

    async protect(branch, rule, isNew) {
      const at = `${path}/branch_protections${isNew ? '' : `/${encodeURIComponent(branch)}`}`
      const call = { doing: 'protect the branch', needs: 'write:repository', path: at }
      await connection.send(isNew ? 'POST' : 'PATCH', call, { rule_name: branch, ...rule }, RULE)
    },

    async access() {
      const found = REPOSITORY.parse(await connection.get({ ...READING, path }, REPOSITORY))
      const scopes = await scopesOf(connection)
      const { admin: isAdmin, push } = found.permissions
      const mayPush = push && (scopes ?? WRITING).some(scope => WRITING.includes(scope))
      const { mirror: isMirror, archived: isArchived } = found
      const may = { isAdmin, mayPush, mayChangeWorkflows: null }
      return { ...may, scopes, isMirror, isArchived, takesMergesByHand: takesMergesByHand(found) }
    },
  }
}

/** No call returns the scopes of a token, but the refusal of a call names them. Null if it does not. */
async function scopesOf(connection: GiteaConnection): Promise<readonly string[] | null> {
  const call = { path: '/admin/cron', doing: 'read the scopes of the token', needs: 'no scope' }
  try {
    await connection.get(call, z.unknown())
    return ADMIN_SCOPE
  } catch (cause) {
    const { code, message } = caughtProblem(cause)
    if (code !== 'GITHUB_FORBIDDEN') throw cause
    const scopes = /token scope=([\w:,-]*)/.exec(message)?.[1]
    return scopes?.split(',') ?? (message.includes('site admin') ? ADMIN_SCOPE : null)
  }
}
