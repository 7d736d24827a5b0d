// The end of every request, reads too, on API servers of your own: the authorization configuration of revoked grants and users, read by
// two real API servers without a restart. Skipped without a real control plane or without Go.
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Revoker, accessPlace, pairOf } from '../build/access-place.ts'
import type { AccessPlace, Pair } from '../build/access-place.ts'
import { ApiClient } from '../build/api-client.ts'
import { askProgram, goProgram } from '../build/go-program.ts'
import { until } from '../build/guarded-cluster.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { newKey, opensslRequest } from '../build/openssl-request.ts'
import { PATIENCE_MS } from '../build/patience.ts'
import { hasRealSubject } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'

const RBAC = 'rbac.authorization.k8s.io'
const MAPS = '/api/v1/namespaces/apps/configmaps'
const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const FOREIGN = { secret: { namespace: 'apps', name: 'foreign-tls' } }
/** The API server cannot ask the webhook, whose failure policy denies. */
const DENIED = 500
const FORMS = 5
const ROUNDS = process.env['COUNTERSIGN_TEST'] === 'all' ? 10 : 1
const OWN_AUTHORIZERS = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- {type: Node, name: node}
- {type: RBAC, name: rbac}
`
const program = hasRealSubject
  ? goProgram({
      name: 'reencoded',
      module: join(import.meta.dirname, 'reencoded'),
      judges: 'that re-encoded certificates are locked out is not tested',
    })
  : null
const describeReal = program === null ? describe.skip : describe

describeReal('authorization configuration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-authorization-'))
  const file = join(folder, 'authorization.yaml')
  const repository = new Workshop()
  const foreignKey = newKey()
  let at: AccessPlace
  let revoker: Revoker

  /** As the page says: by rename, because the API server may read a file that is half written. */
  const put = (path: string, text: string): void => {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }

  beforeAll(async () => {
    put(file, OWN_AUTHORIZERS)
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create'] }]
    at = await accessPlace('real kube-apiserver', {
      roles: { 'cs-editor': rules },
      real: { apiservers: 2, apiserverFlags: [`--authorization-config=${file}`] },
    })
    revoker = await Revoker.in(at)
    await at.place.admin.created(`/apis/${RBAC}/v1/namespaces/apps/rolebindings`, {
      metadata: { name: 'developers' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cs-editor' },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'developers' }],
    })
    const access = [{ clusterRoles: ['cs-editor'], namespaces: ['apps'] }]
    repository.write('countersign.yaml', usualFile('countersign.yaml', at.config))
    repository.write('policies/people.yaml', usualFile('policies/people.yaml', { access }))
    const { pem } = opensslRequest({ subject: '/O=developers/CN=foreign', keyPem: foreignKey })
    const files = {
      access: {
        subject: { organizations: ['viewers'] },
        access: [{ clusterRole: 'cs-editor', namespaces: ['apps'] }],
      },
      group: { subject: { organizations: ['developers'] } },
      member: { subject: { organizations: ['developers'] } },
      foreign: { request: pem, subject: { organizations: ['developers'] }, sinks: [FOREIGN] },
    }
    for (const [name, changes] of Object.entries(files)) {
      const path = `requests/people/${name}.yaml`
      repository.write(path, usualFile(path, changes))
    }
    repository.commit()
    const env = { KUBECONFIG_PROD: at.place.kubeconfig }
    const ran = await repository.run(['apply', '--yes'], { env })
    if (ran.code !== 0) throw new Error(ran.stdout + ran.stderr)
  })
  afterAll(async () => {
    revoker?.end()
    repository.end()
    await at?.end()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The certificate for the CSR of another tool: it carries no grant. */
  const foreignPair = async (): Promise<Pair> => {
    const { body } = await at.place.admin.get(REQUESTS)
    const found = body.items.find(
      ({ metadata }) => metadata.annotations?.['countersign.dev/request'] === 'foreign',
    )
    if (found?.status?.certificate === undefined) throw new Error('foreign has no certificate')
    const certificatePem = Buffer.from(found.status.certificate, 'base64').toString('utf8')
    return { certificatePem, keyPem: foreignKey }
  }
  const pairs = async (): Promise<ReadonlyMap<string, Pair>> => {
    const named = ['access', 'group', 'member'].map(
      async name => [name, await pairOf(at.place, name)] as const,
    )
    return new Map([...(await Promise.all(named)), ['foreign', await foreignPair()]])
  }
  /** The codes of a read and of a write as the holder, at each API server. */
  const codes = async (pair: Pair): Promise<readonly (readonly number[])[]> => {
    const { caPem } = at.place
    const asked = at.cluster.servers.map(async server => {
      const holder = new ApiClient({ server, caPem }, pair)
      const read = await holder.get(MAPS)
      const written = await holder.post(MAPS, { metadata: { generateName: 'note-' } })
      holder.close()
      return [read.code, written.code]
    })
    return Promise.all(asked)
  }
  const shown = async (): Promise<Readonly<Record<string, unknown>>> => {
    const all = [...(await pairs())].map(
      async ([name, pair]) => [name, (await codes(pair)).flat()] as const,
    )
    return Object.fromEntries(await Promise.all(all))
  }
  const printed = async (...flags: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await repository.run(['manifests', 'authorization', ...flags])
    if (code !== 0) throw new Error(stderr)
    return stdout
  }
  const grantOf = async (name: string): Promise<string> =>
    /countersign:acme-certs:[a-z0-9]{20}/.exec(
      new X509Certificate((await pairOf(at.place, name)).certificatePem).subject,
    )?.[0] ?? ''
  /** Writes both files where the API servers read them. */
  const install = (text: string): void => {
    const [authorization = '', denied = ''] = text.split('\n---\n')
    const kubeconfig = join(folder, 'denied.kubeconfig')
    put(kubeconfig, denied)
    put(file, authorization.replaceAll('/etc/kubernetes/countersign/denied.kubeconfig', kubeconfig))
  }

  test('revoke ends access and writes by grants, and says of a certificate without one how its user is denied', async () => {
    const works = [200, 201, 200, 201]
    expect(await shown()).toEqual({ access: works, group: works, member: works, foreign: works })
    await revoker.revokes('access', 'group')
    const left = JSON.parse((await revoker.run(['foreign'])).stdout)
    expect(left.revoked).toMatchObject([{ outcome: 'incomplete', kept: { username: 'foreign' } }])
    const refused = [403, 403, 403, 403]
    const reads = [200, 403, 200, 403]
    expect(await shown()).toEqual({ access: refused, group: reads, member: works, foreign: works })
  })

  test('the configuration ends each request of grants and of a user, in each form of their certificates, and of no other member of the group', async () => {
    const grants = await Promise.all(['access', 'group'].map(grantOf))
    install(await printed('--grant', grants.join(','), '--user', 'foreign'))
    const { caPem } = at.place
    const calls = [MAPS, '/version'].map(path => ({ method: 'GET', path, body: null }))
    const ask = (server: string, pair: Pair): readonly (readonly number[])[] => {
      const question = JSON.stringify({ server, caPem, ...pair, calls })
      const verdicts = askProgram(program ?? '', question, FORMS)
      return (verdicts as readonly { readonly codes: readonly number[] }[]).map(each => each.codes)
    }
    const all = await pairs()
    for (const server of at.cluster.servers) {
      for (const name of ['access', 'group', 'foreign']) {
        const pair = all.get(name)
        if (pair === undefined) throw new Error(`${name} has no certificate`)
        await until(async () =>
          ask(server, pair)
            .flat()
            .every(code => code === DENIED),
        )
      }
      const member = all.get('member')
      if (member === undefined) throw new Error('there is no member')
      expect(ask(server, member)).toEqual(Array.from({ length: FORMS }, () => [200, 200]))
    }
  })

  test('from the renamed file to the first refused request', async () => {
    const denying = await printed('--user', 'foreign')
    const pair = await foreignPair()
    const holders = at.cluster.servers.map(
      server => new ApiClient({ server, caPem: at.place.caPem }, pair),
    )
    const reach = (wanted: number): Promise<readonly number[]> => {
      const begun = performance.now()
      return Promise.all(
        holders.map(async holder => {
          const deadline = begun + PATIENCE_MS
          while ((await holder.get(MAPS)).code !== wanted)
            if (performance.now() > deadline) throw new Error(`no ${wanted} came`)
          return performance.now() - begun
        }),
      )
    }
    const times: (readonly number[])[] = []
    for (let round = 0; round < ROUNDS; round++) {
      put(file, OWN_AUTHORIZERS)
      await reach(200)
      install(denying)
      times.push(await reach(DENIED))
    }
    for (const [index] of holders.entries()) {
      const sorted = times.map(each => each[index] ?? Number.NaN).toSorted((a, b) => a - b)
      const [p50, max] = [sorted[Math.floor(ROUNDS / 2)], sorted.at(-1)].map(each =>
        each?.toFixed(0),
      )
      process.stderr.write(`API server ${index + 1} refuses after p50 ${p50} ms, max ${max} ms\n`)
    }
    for (const each of holders) each.close()
    expect(times).toHaveLength(ROUNDS)
  })
})
