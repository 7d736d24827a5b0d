// examples/authentication/structured.yaml with its placeholders filled in: the tests run the published example.
import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import type { OidcJob } from '../github-double/oidc/oidc-job.ts'
import type { OidcProvider } from '../github-double/oidc/oidc.ts'

const EXAMPLE = new URL('../../examples/authentication/structured.yaml', import.meta.url)
const GITHUB = 'https://token.actions.githubusercontent.com'

/** For this job's repository, with a test issuer and its CA instead of GitHub's. Throws if a placeholder is missing. */
export function structuredAuthentication(
  issuer: OidcProvider,
  job: OidcJob,
  audience: string,
): string {
  const [owner = '', repository = ''] = job.repository.split('/')
  const filled = [
    ['CLUSTER_AUDIENCE', audience],
    ['REPOSITORY_ID', String(job.repositoryId)],
    ['OWNER_ID', String(job.ownerId)],
    ['OWNER/REPOSITORY/', `${owner}/${repository}/`],
    [`url: ${GITHUB}`, `url: ${issuer.issuer}`],
  ].reduce(
    (text, [placeholder = '', value = '']) => {
      if (!text.includes(placeholder)) throw new Error(`the example does not say ${placeholder}`)
      return text.replaceAll(placeholder, value)
    },
    readFileSync(EXAMPLE, 'utf8'),
  )
  const config = parse(filled) as { jwt: { issuer: object }[] }
  config.jwt[0]!.issuer = { ...config.jwt[0]!.issuer, certificateAuthority: issuer.caPem }
  return stringify(config)
}
