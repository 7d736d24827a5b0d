// Flags that several commands have, and how a flag is written down.
import type { Flag } from './global-flags.ts'

interface Named<Name extends string> extends Flag {
  readonly name: Name
}

export const REPOSITORY = setting(
  'repository',
  'OWNER/NAME',
  'the repository at GitHub (default: the origin of this checkout)',
)
export const TOKEN_ENV = setting(
  'token-env',
  'VARIABLE',
  'environment variable with the token (default GITHUB_TOKEN, then GH_TOKEN)',
)
export const REQUESTER = setting(
  'requester',
  'LOGIN',
  'GitHub login of the requester, as listed under people in the configuration',
)
export const REASON = setting('reason', 'WORD', 'reason of the condition, one word')
export const MESSAGE = setting('message', 'TEXT', 'message of the condition, for example why')
export const CERTIFICATE_SECRET = setting(
  'secret',
  'NAMESPACE/NAME',
  'Secret with the certificate, instead of a comment; kubectl reads renewals there with your own login',
)
export const CERTIFICATE_ARTIFACT = setting(
  'artifact',
  'NAME',
  'artifact with the certificate, instead of a comment; the token needs actions: read',
)
export const OWN_KEY_FILE = setting(
  'key',
  'FILE',
  'file with the private key of the request (default ~/.countersign/NAME.key)',
)
export const WATCH = toggle('watch', 'show it again every 5 seconds, until Ctrl-C')
export const USER = setting(
  'user',
  'NAME',
  'the user who runs apply (default: a service account; for rbac: countersign)',
)
export const GROUP = setting('group', 'NAME', 'the group that runs apply, instead of a user')
export const OWNERS = setting(
  'owners',
  'LOGINS',
  'owners of the configuration, separated by commas; LOGIN=ID if the id is known',
)
export const ENVIRONMENT = setting(
  'environment',
  'NAME',
  'GitHub environment with the cluster credential (default countersign)',
)
export const APPROVERS = setting(
  'approvers',
  'NAMES',
  'the same users as in manifests guard --approvers',
)

/** `value`: what help calls the value. */
export function setting<const Name extends string>(
  name: Name,
  value: string,
  text: string,
): Named<Name> & { readonly value: string } {
  return { name, value, text }
}

export function toggle<const Name extends string>(name: Name, text: string): Named<Name> {
  return { name, text }
}
