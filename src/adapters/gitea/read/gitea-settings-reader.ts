// The port GiteaSettings over Gitea's API: the rule of a branch, what the token may do, and accounts.
import { z } from 'zod'
import { caughtProblem } from '../../../domain/problem.ts'
import type { GiteaSettings } from '../../../ports/github-settings.ts'
import { encodedName } from '../connection/gitea-connection.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'
import type { Viewer } from '../write/gitea-comments.ts'
import { GITEA_USER } from './gitea-accounts.ts'

/** The name is empty for an account that is no administrator of the repository. */
const BRANCH = z.object({ protected: z.boolean(), effective_branch_protection_name: z.string() })
const RULE = z.record(z.string(), z.unknown())
const RIGHTS = z.object({ permissions: z.object({ admin: z.boolean(), push: z.boolean() }) })
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
  isMirror: () => Promise<boolean>,
): GiteaSettings {
  return {
    viewer,
    isMirror,

    async account(who) {
      const search = { ...LOOKING, path: '/users/search', query: { uid: 'id' in who ? who.id : 0 } }
      if ('id' in who) return (await connection.get(search, FOUND))?.data[0] ?? null
      const user = { ...LOOKING, path: `/users/${encodedName(who.login)}` }
      return connection.get(user, GITEA_USER)
    },

    async ruleInForce(branch) {
      const call = { ...READING, path: `${path}/branches/${encodedName(branch)}` }
      const found = await connection.get({ ...call, alsoTakes: [404] }, BRANCH)
      if (found?.protected !== true) return null
      const rule = encodedName(found.effective_branch_protection_name)
      if (rule === '') return 'hidden'
      return connection.get({ ...READING, path: `${path}/branch_protections/${rule}` }, RULE)
    },

    async protect(branch, rule, isNew) {
      const call = { doing: 'protect the branch', needs: 'write:repository, of an administrator' }
      const at = `${path}/branch_protections`
      const body = isNew ? { rule_name: branch, ...rule } : rule
      const place = isNew ? at : `${at}/${encodedName(branch)}`
      await connection.send(isNew ? 'POST' : 'PATCH', { ...call, path: place }, body, RULE)
    },

    async access() {
      const rights = (await connection.get({ ...READING, path }, RIGHTS))?.permissions
      const scopes = await scopesOf(connection)
      const mayWrite = scopes === null || scopes.some(scope => WRITING.includes(scope))
      const mayPush = rights?.push === true && mayWrite
      return { isAdmin: rights?.admin === true, mayPush, mayChangeWorkflows: null, scopes }
    },
  }
}

/**
 * The scopes of the token. No call returns them, but the refusal of one that it lacks does. So this asks for the tasks of the server, which
 * a token of least scopes may not see. Null if the answer does not name them.
 */
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
