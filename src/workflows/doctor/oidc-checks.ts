// Check of the API server's flags: whether an OIDC identity provider could put its users into a group that countersign grants.
import { GRANT_PREFIX } from '../../domain/cluster/grant.ts'
import type { Finding } from '../../domain/cluster/finding.ts'
import { good, unsure } from '../../domain/cluster/finding.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import type { Administration } from '../../ports/administration.ts'

const HINT =
  'set --oidc-groups-prefix=oidc: on each API server, or claimMappings.groups.prefix in the file of --authentication-config'

/** One finding for all API servers, where a policy allows access. */
export async function oidcFindings(
  administration: Administration,
  { cluster: { name: area }, accessRoles }: Installation,
): Promise<readonly Finding[]> {
  if (accessRoles.length === 0) return []
  const servers = await administration.apiServerArguments()
  const hidden = 'the flags of the API server cannot be seen with this login'
  const [risk] = servers.length === 0 ? [hidden] : servers.flatMap(texts => riskOf(texts) ?? [])
  if (risk === undefined) return [good(area, `no OIDC group can begin with ${GRANT_PREFIX}`)]
  const effect = `an OIDC group that begins with ${GRANT_PREFIX} gives its users the access of others`
  return [unsure(area, `${risk}: ${effect}`, HINT)]
}

function riskOf(texts: readonly string[]): string | null {
  const words = texts.flatMap(text => text.split(/\s+/))
  const file = flagIn(words, 'authentication-config')
  if (file !== null) return `the API server reads ${file}, which doctor cannot see`
  const prefix = flagIn(words, 'oidc-groups-prefix') ?? ''
  const mayBeGrant = GRANT_PREFIX.startsWith(prefix) || prefix.startsWith(GRANT_PREFIX)
  return flagIn(words, 'oidc-groups-claim') !== null && mayBeGrant
    ? `the API server has --oidc-groups-claim, and the --oidc-groups-prefix is "${prefix}"`
    : null
}

/** The last value counts. The API server reads `_` in the name of a flag as `-`. */
function flagIn(words: readonly string[], flag: string): string | null {
  const values = words.flatMap((word, index) => {
    const [name = '', ...value] = word.split('=')
    if (name.replaceAll('_', '-') !== `--${flag}`) return []
    return value.length === 0 ? (words[index + 1] ?? '') : value.join('=')
  })
  return values.at(-1)?.replaceAll(/["']/g, '') ?? null
}
