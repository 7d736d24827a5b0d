// Names that branches have today: GitHub redirects the old name of a branch that was renamed, while no other branch has it.
import { z } from 'zod'
import type { RepositoryApi } from '../connection/repository-api.ts'

const MOVED = z.object({ location: z.url() })

/** The name that the branch has today; the same name if it was not renamed, or is gone. */
export async function nameToday(api: RepositoryApi, branch: string): Promise<string> {
  const { status, data } = await api.get({
    route: '/branches/{branch}',
    parameters: { branch },
    doing: `read the branch ${branch}`,
    needs: 'contents: read',
    alsoTakes: [301, 404],
  })
  const moved = status === 301 ? MOVED.safeParse(data) : null
  if (moved?.success !== true) return branch
  const [, name] = /\/branches\/(.+)$/.exec(new URL(moved.data.location).pathname) ?? []
  return name === undefined ? branch : decodeURIComponent(name)
}
