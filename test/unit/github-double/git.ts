// Real git, to compare the double with: run in a folder, without the user's configuration.
import { spawnSync } from 'node:child_process'

export interface GitAnswer {
  readonly status: number | null
  readonly text: string
}

/** Exit status and standard output of one git command. */
export function tryGit(folder: string, ...args: readonly string[]): GitAnswer {
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      LC_ALL: 'C',
    },
  })
  return { status, text: stdout + (status === 0 ? '' : stderr) }
}

/** The output of git; throws where git fails. */
export function git(folder: string, ...args: readonly string[]): string {
  const { status, text } = tryGit(folder, ...args)
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${text}`)
  return text.trimEnd()
}
