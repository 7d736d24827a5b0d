// Facts of a checkout other than its commits: the place of a folder in it, and the default branch.
import { execFile } from 'node:child_process'

/** The path of a folder relative to the top of its work tree, with a slash at its end; empty for the top, and outside of one. */
export async function prefixOf(folder: string): Promise<string> {
  return (await git(folder, ['rev-parse', '--show-prefix'])) ?? ''
}

/** The default branch of origin, otherwise the branch that is checked out; null if neither is known. */
export async function defaultBranchOf(folder: string): Promise<string | null> {
  const origin = await git(folder, ['symbolic-ref', '--short', 'refs/remotes/origin/HEAD'])
  if (origin !== null) return origin.replace(/^origin\//, '')
  return git(folder, ['symbolic-ref', '--short', 'HEAD'])
}

function git(folder: string, args: readonly string[]): Promise<string | null> {
  return new Promise(done => {
    execFile('git', ['-C', folder, ...args], { encoding: 'utf8' }, (error, stdout) => {
      const text = stdout.trim()
      done(error === null && text !== '' ? text : null)
    })
  })
}
