// A cluster of its own for requests with access: roles, namespaces, the printed identity, guard and revoker of one installation, a
// folder of request files, and the judge of everything that is written.
import { ApiClient } from './api-client.ts'
import { AccessJudge } from './access-judge.ts'
import { auditedCluster } from './audited-cluster.ts'
import type { AuditedCluster } from './audited-cluster.ts'
import { applyOnServer, inForce, until } from './guarded-cluster.ts'
import type { GuardedKind } from './guarded-cluster.ts'
import { configure, requestText } from './request-text.ts'
import type { Ran } from './reuse/run.ts'
import { CLI, kubeconfig, rulesOf, Workshop } from './workshop.ts'
import type { RunOptions } from './workshop.ts'

export const SITE_OWNER = 'acme-certs'
export const RECORDS = 'countersign'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const GUARD = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicy'
const APPLY = 'system:serviceaccount:countersign:countersign-apply'
const REVOKER = 'revoker'

/** Access as request files have it, and as the judge names it. */
export interface SiteAccess {
  readonly yaml: string
  readonly roles: readonly string[]
}
export const BOTH: SiteAccess = {
  yaml: '[{clusterRole: cs-reader, cluster: true}, {clusterRole: cs-writer, namespaces: [apps]}]',
  roles: ['cs-reader', 'cs-writer in apps'],
}
export const LESS: SiteAccess = {
  yaml: '[{clusterRole: cs-writer, namespaces: [apps]}]',
  roles: ['cs-writer in apps'],
}
export const MOVED: SiteAccess = {
  yaml: '[{clusterRole: cs-reader, namespaces: [tools]}, {clusterRole: cs-writer, namespaces: [apps]}]',
  roles: ['cs-reader in tools', 'cs-writer in apps'],
}
export const NO_ACCESS: SiteAccess = { yaml: '[]', roles: [] }

export interface AccessSite {
  readonly plane: AuditedCluster
  readonly admin: ApiClient
  readonly workshop: Workshop
  /** The kubeconfig of the apply identity. */
  readonly applyLogin: string
  /** A new judge, which knows everything so far and judges what comes. */
  judge(options?: { readonly isStrict: boolean }): AccessJudge
  /** Writes the file of a request. */
  ask(name: string, access: SiteAccess, more?: readonly string[]): void
  apply(names: readonly string[], options?: RunOptions): Promise<Ran>
  revoke(name: string, options?: RunOptions): Promise<Ran>
  /** Applies what this command line prints for the apply identity; default: the one that set the site up. */
  identity(entry?: string): Promise<void>
  /** Applies the printed guard again, and waits until it refuses. */
  guard(entry?: string): Promise<void>
  /** Deletes the policy for bindings or its binding, and waits until nothing refuses. */
  unguard(what: 'policy' | 'binding'): Promise<void>
  end(): Promise<void>
}

const POLICY = `  access:
  - {clusterRoles: [cs-reader, cs-writer], namespaces: [apps, tools]}
  - {clusterRoles: [cs-reader], cluster: true}
`

/** `installer`: the command line that prints what the cluster gets. */
export async function startAccessSite(kind: GuardedKind, installer = CLI): Promise<AccessSite> {
  const plane = await auditedCluster(kind)
  const admin = new ApiClient(plane.backend, plane.backend.admin)
  const workshop = new Workshop()
  const printed = async (args: readonly string[], entry = installer): Promise<string> => {
    const administrator = ['--kubeconfig', 'administrator']
    const words = ['manifests', ...args, ...administrator]
    const { code, stdout, stderr } = await workshop.run(words, { entry })
    if (code !== 0) throw new Error(stdout + stderr)
    return stdout
  }
  workshop.write('administrator', kubeconfig(plane.backend, plane.backend.admin))
  configure(workshop, {
    owner: SITE_OWNER,
    namespace: 'apps',
    more: ['limits: {maxWithdraw: 100%}'],
  })
  workshop.edit('countersign.yaml', 'recordNamespace: apps', `recordNamespace: ${RECORDS}`)
  workshop.write('policies/everybody.yaml', workshop.read('policies/everybody.yaml') + POLICY)
  workshop.commit()
  for (const name of ['apps', 'tools', RECORDS])
    await admin.created('/api/v1/namespaces', { metadata: { name } })
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]
  for (const name of ['cs-reader', 'cs-writer'])
    await admin.created(`${RBAC}/clusterroles`, { metadata: { name }, rules })
  await applyOnServer(await printed(['identity']), admin)
  const revoker = await plane.backend.user(
    REVOKER,
    [],
    rulesOf(await printed(['revoker', '--user', REVOKER])),
  )
  const token = `/api/v1/namespaces/${RECORDS}/serviceaccounts/countersign-apply/token`
  const login = await admin.created(token, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3600 },
  })
  const applyLogin = kubeconfig(plane.backend, { token: login.status.token })
  workshop.write('revoker', kubeconfig(plane.backend, revoker))

  /** The answer to an administrator who would bind a grant. */
  const tried = async (): Promise<number> => {
    const group = `countersign:${SITE_OWNER}:${'a'.repeat(20)}`
    const body = {
      metadata: { name: `${group}:cs-reader` },
      roleRef: { apiGroup: RBAC.split('/')[2], kind: 'ClusterRole', name: 'cs-reader' },
      subjects: [{ apiGroup: RBAC.split('/')[2], kind: 'Group', name: group }],
    }
    return (await admin.post(`${RBAC}/clusterrolebindings?dryRun=All`, body)).code
  }
  const site: AccessSite = {
    plane,
    admin,
    workshop,
    applyLogin,
    judge: options => {
      const judge = new AccessJudge(SITE_OWNER, { apply: APPLY, revokers: [REVOKER] }, options)
      judge.replay(plane.audited())
      judge.faults.length = 0
      return judge
    },
    ask: (name, { yaml }, more = []) =>
      workshop.write(
        `requests/${name}.yaml`,
        requestText({ name, groups: ['developers'], more: [`access: ${yaml}`, ...more] }),
      ),
    apply: (names, options) => workshop.run(['apply', '--yes', ...names], options),
    revoke: (name, options) =>
      workshop.run(['revoke', name, '--yes', '--kubeconfig', 'revoker'], options),
    identity: async entry => applyOnServer(await printed(['identity'], entry), admin),
    guard: async entry => {
      await applyOnServer(await printed(['guard'], entry), admin)
      await inForce(admin)
    },
    unguard: async what => {
      const plural = what === 'policy' ? 'policies' : 'policybindings'
      const path = `${GUARD.replace(/policy$/, plural)}/countersign-${SITE_OWNER}-bindings`
      if ((await admin.delete(path)).code !== 200) throw new Error(`could not delete ${path}`)
      await until(async () => (await tried()) === 201)
    },
    end: async () => {
      admin.close()
      workshop.end()
      await plane.stop()
    },
  }
  await site.guard()
  workshop.write('kubeconfig', applyLogin)
  return site
}
