// The kubeconfig of a person with an own key: kubectl runs `countersign credential` for each login, or the file holds the key.
import { credentialName } from '../lib/kubernetes/exec-credential.ts'
import type { Secret } from '../domain/request/secret-value.ts'
import type {
  ClientCertificate,
  KubeconfigLogin,
  LoginProgram,
} from '../lib/source/kubeconfig-text.ts'

const COMMAND = 'countersign'

export interface PersonLogin {
  /** Name of the request. */
  readonly name: string
  /** Name of the cluster in the configuration. */
  readonly cluster: string
  readonly server: string
  /** PEM, null for the system's roots. */
  readonly serverCa: string | null
  readonly login: ClientCertificate | LoginProgram
}

/** Returns the kubeconfig; user and context are called `name@cluster`, because kubeconfigs get merged. */
export function personKubeconfig({ name, ...login }: PersonLogin): KubeconfigLogin {
  const user = `${name}@${login.cluster}`
  return { ...login, user, context: user }
}

export interface ProgramSettings {
  /** Name of the request. */
  readonly name: string
  readonly cluster: string
  /** owner/name */
  readonly repository: string
  /** Absolute path of the private key. */
  readonly keyPath: string
  /** Secret with the certificate, as namespace/name; null if the comments have it. */
  readonly secret: string | null
  /** Name of the artifact with the certificate; null if the comments have it. */
  readonly artifact: string | null
  /** Path of the configuration in the repository, null for the default. */
  readonly config: string | null
  /** Environment variable with the token, null for the usual ones. */
  readonly tokenEnv: string | null
  /** Variable with the address of the server that has the repository; empty for github.com. */
  readonly env: Readonly<Record<string, string>>
}

/** Returns the program that kubectl runs. It names files and places, and holds no secret. */
export function loginProgram(settings: ProgramSettings): LoginProgram {
  const { name, cluster, repository, keyPath, secret, artifact, config, tokenEnv, env } = settings
  const flag = (flagName: string, value: string | null): readonly string[] =>
    value === null ? [] : [`--${flagName}`, value]
  return {
    command: COMMAND,
    args: [
      'credential',
      name,
      ...flag('cluster', cluster),
      ...flag('repository', repository),
      ...flag('key', keyPath),
      ...flag('secret', secret),
      ...flag('artifact', artifact),
      ...flag('config', config),
      ...flag('token-env', tokenEnv),
    ],
    needsCluster: secret !== null,
    env,
    installHint: 'kubectl runs countersign to log in: npm install --global countersign',
  }
}

/** Returns whether a user entry of that name is ours: it runs `countersign credential` for the request, or holds the same key. */
export function isOwnUser(
  user: Readonly<Record<string, unknown>>,
  name: string,
  key: Secret<string>,
): boolean {
  const exec: unknown = user['exec']
  if (typeof exec === 'object' && exec !== null) return credentialName(exec) === name
  return user['client-key-data'] === Buffer.from(key.reveal()).toString('base64')
}
