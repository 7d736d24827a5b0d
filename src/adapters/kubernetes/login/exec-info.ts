// KUBERNETES_EXEC_INFO: the variable that a kubeconfig's login program gets from its caller (client.authentication.k8s.io
// ExecCredential, k8s.io/client-go/plugin/pkg/client/auth/exec).
import { readFile } from 'node:fs/promises'
import type { Cluster, User } from '@kubernetes/client-node'
import { z } from 'zod'

const EXEC = z.looseObject({
  apiVersion: z.string().optional(),
  provideClusterInfo: z.boolean().optional(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
})

/** The user with the variable added to its program's environment. Unchanged if no program can be read from it. */
export async function withExecInfo(user: User, cluster: Cluster): Promise<User> {
  const exec = EXEC.safeParse(user.exec)
  if (!exec.success) return user
  const { apiVersion, provideClusterInfo, env } = exec.data
  // The program cannot ask questions at a terminal.
  const spec = {
    interactive: false,
    ...(provideClusterInfo === true ? { cluster: await clusterInfo(cluster) } : {}),
  }
  const value = JSON.stringify({ kind: 'ExecCredential', apiVersion, spec })
  const variable = { name: 'KUBERNETES_EXEC_INFO', value }
  return { ...user, exec: { ...exec.data, env: [...(env ?? []), variable] } }
}

async function clusterInfo({ server, tlsServerName, caData, caFile }: Cluster): Promise<object> {
  // If the file cannot be read, the login fails when it reads the same file, and reports it.
  const ca = caData ?? (caFile ? await readFile(caFile, 'base64').catch(() => null) : null)
  return {
    server,
    ...(tlsServerName ? { 'tls-server-name': tlsServerName } : {}),
    ...(ca === null ? {} : { 'certificate-authority-data': ca }),
  }
}
