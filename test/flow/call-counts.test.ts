// The calls to an API server: how many for one certificate, and how many for a run, whatever its size. And how often a run reads keys and
// certificates.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ownCluster } from '../build/own-cluster.ts'
import type { OwnCluster } from '../build/own-cluster.ts'
import { configure, requestText } from '../build/request-text.ts'

type Counts = Readonly<Record<string, number>>

const [FEW, MORE] = [20, 30]
/** Each of these looks at its request when the watch begins. */
const STEPS_AT_ONCE = 16
const LOOK = 'GET certificatesigningrequests/NAME'

const ONE_CERTIFICATE: Counts = {
  // The plan, and before the write.
  'GET namespaces/apps/secrets/NAME': 2,
  // Under the claim: whether there is a Secret, and whether it could be written.
  'PATCH namespaces/apps/secrets/NAME dryRun': 1,
  'PATCH namespaces/apps/secrets/NAME': 1,
  // The claim, the certificate before it is stored, and the end.
  'POST namespaces/apps/configmaps': 1,
  'PUT namespaces/apps/configmaps/NAME': 2,
  'POST certificatesigningrequests': 1,
  'PUT certificatesigningrequests/NAME/approval': 1,
  // With the new certificate.
  'POST selfsubjectreviews': 1,
}
const ONE_RUN: Counts = {
  // What would stop the run: the rights, a record, and below a Secret. With another namespace of sinks, one review and one Secret more.
  'POST selfsubjectrulesreviews': 1,
  'POST namespaces/apps/configmaps dryRun': 1,
  'GET /version': 1,
  'GET namespaces/kube-system/configmaps/extension-apiserver-authentication': 1,
  'GET namespaces/apps/configmaps limit': 2,
  // The place where the watch begins (one object), and the search for requests that no record lists.
  'GET certificatesigningrequests limit': 2,
  'GET certificatesigningrequests watch': 1,
  // Whether the guard could end these certificates.
  'GET validatingadmissionpolicybindings/NAME': 1,
}

describe('the calls of a run to an API server, and what it reads', () => {
  let own: OwnCluster

  /** The calls of a run that issues so many certificates. */
  const callsFor = async (owner: string, count: number): Promise<Counts> => {
    own.workshop.remove('requests')
    const limits = 'limits: {maxIssue: 100}'
    configure(own.workshop, { owner, namespace: 'apps', more: [limits] })
    for (let each = 0; each < count; each++) {
      const name = `${owner}-${each}`
      own.workshop.write(`requests/${name}.yaml`, requestText({ name }))
    }
    const begun = own.cluster.log.length
    const { code, stdout } = await own.workshop.run(['apply', '--yes', '-o', 'json'])
    const outcomes = JSON.parse(stdout).outcomes.map(({ kind }: { kind: string }) => kind)
    expect([code, outcomes]).toEqual([0, Array(count).fill('issued')])
    const kinds = own.cluster.log.slice(begun).map(kindOf)
    return Object.fromEntries(kinds.map(kind => [kind, kinds.filter(each => each === kind).length]))
  }

  /** How often a command reads keys and certificates where so many are issued. */
  const readsOf = async (
    command: readonly string[],
    expected: number,
    owner: string,
    count: number,
  ): Promise<Counts> => {
    await callsFor(owner, count)
    const file = join(own.workshop.folder, '..', `counts-${process.pid}.json`)
    const hook = join(import.meta.dirname, '../build/count-parses.cjs')
    const env = { NODE_OPTIONS: `--require ${hook}`, COUNTS_FILE: file }
    const { code, stderr } = await own.workshop.run(command, { env })
    expect([code, stderr]).toEqual([expected, ''])
    const counts = JSON.parse(readFileSync(file, 'utf8')) as Counts
    rmSync(file)
    return counts
  }

  beforeAll(async () => {
    own = await ownCluster('counts')
  })
  afterAll(() => own.end())

  test('one certificate costs these calls, and a run one watch, four lists and four questions, whatever its size', async () => {
    const [few, more] = [await callsFor('few', FEW), await callsFor('more', MORE)]
    const each = (kind: string): number => ((more[kind] ?? 0) - (few[kind] ?? 0)) / (MORE - FEW)
    const { [LOOK]: looks = 0, ...kinds } = more
    expect(looks).toBeLessThanOrEqual(STEPS_AT_ONCE)
    expect(Object.fromEntries(Object.keys(kinds).map(kind => [kind, each(kind)]))).toEqual({
      ...ONE_CERTIFICATE,
      ...Object.fromEntries(Object.keys(ONE_RUN).map(kind => [kind, 0])),
    })
    expect(more['PATCH namespaces/apps/secrets/NAME dryRun']).toBe(MORE + 1)
    for (const [kind, number] of Object.entries(ONE_RUN))
      expect([kind, more[kind]]).toEqual([kind, number])
  })

  test.each([
    ['plan', 0, 3],
    ['status', 0, 3],
    // It also reads what other owners issued. Without reviews it has findings.
    ['audit', 1, 7],
    ['apply --yes', 0, 3],
  ])('%s reads each certificate once, and no stored key', async (command, code, certificates) => {
    const name = command.slice(0, 4)
    const few = await readsOf(command.split(' '), code, `${name}-few`, 4)
    const more = await readsOf(command.split(' '), code, `${name}-more`, 7)
    const further = Object.entries(more).map(([kind, count]) => [kind, count - (few[kind] ?? 0)])
    expect(Object.fromEntries(further)).toEqual({
      createPublicKey: certificates,
      createPrivateKey: 0,
      X509Certificate: 0,
    })
  })
})

/** Method and path, with NAME for the names of one request. */
function kindOf({ method, path }: { readonly method: string; readonly path: string }): string {
  const { pathname, searchParams } = new URL(path, 'https://server')
  const short = pathname
    .replace(/^\/api(?:s\/[^/]+)?\/v1\//, '')
    .replace(/(?:cs-|countersign-)?(?:few|more)-[a-z0-9-]+/, 'NAME')
  const how = ['watch', 'dryRun', 'limit'].filter(name => searchParams.has(name))
  return [method, short, ...how].join(' ')
}
