// The token that the person's gh (cli.github.com) has stored.
import { execFile } from 'node:child_process'

const WAIT_MS = 5_000

/** Returns the token of gh for the host of the API, null if there is no gh or it has none. */
export function ghToken(
  apiUrl: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const host = URL.canParse(apiUrl)
    ? new URL(apiUrl).hostname.replace(/^api\.github\.com$/, 'github.com')
    : ''
  const options = { encoding: 'utf8', timeout: WAIT_MS, env: environment } as const
  return new Promise(done => {
    execFile('gh', ['auth', 'token', '--hostname', host], options, (error, stdout) => {
      const token = stdout.trim()
      done(error === null && token !== '' ? token : null)
    })
  })
}
