// What a checkout says of itself beside its commits: where it begins, and which branch is the default one.
import { execFile } from 'node:child_process'

/** Top of the work tree, null outside of a repository. */
export async function topOf(folder: string): Promise<string | null> {
  return git(folder, ['rev-parse', '--show-toplevel'])
}

/** The default branch of origin, else the branch that is checked out, null where neither can be told. */
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
