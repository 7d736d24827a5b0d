// What a write of a record returns, and the memory of a list of records: a run keeps all of them until it ends.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { Records } from '../../../../../src/ports/records.ts'
import { kubernetesRecords } from '../../../../../src/adapters/kubernetes/objects/record-config-maps.ts'
import { encodeRecord } from '../../../../../src/adapters/kubernetes/objects/record-json.ts'
import type { Call } from '../../../../../src/adapters/kubernetes/http/api-transport.ts'
import { OWNER_LABEL } from '../../../../../src/domain/cluster/record.ts'
import type { RecordedCertificate } from '../../../../../src/domain/cluster/record.ts'
import { effective } from '../../../../build/effective.ts'
import { AUTHOR, REVIEWER, evidence, objectOf, sha256Of } from '../../../../build/evidence.ts'
import { NOW, issuedRecord, requestRecord } from '../../../../build/issued.ts'

const FIRST = 'request-000000'
const [FEWER, MORE] = [1000, 3000]
const POLICIES = 20
const PAGE = 500
/** Bytes of memory for one byte of JSON. */
const MOST = 1.7

/** Reviewed, with 20 policies, and three certificates in its history. */
function recordText(): string {
  const request = effective({ name: FIRST, path: `requests/${FIRST}.yaml` })
  const files = Array.from({ length: POLICIES }, (_, team) => [
    `policies/team-${team}.yaml`,
    String(team).padStart(40, '0'),
  ])
  const reviewed = evidence({ configuration: Object.fromEntries(files) })
  const proof = {
    kind: 'review',
    by: 'reviewer',
    digest: sha256Of('0'),
    evidence: reviewed,
  } as const
  const history = [1, 2, 3].map((n): RecordedCertificate => ({
    n,
    objectName: `cs-${FIRST}-00000000-${n}`,
    serial: sha256Of('1').slice(0, 32),
    sha256: sha256Of('2'),
    subject: `CN=${FIRST}`,
    sans: [],
    notBefore: NOW,
    notAfter: NOW,
    targets: [`secret apps/${FIRST}-tls`],
    proof: sha256Of('0'),
    grant: null,
    ended: null,
    approval: {
      path: request.path,
      blob: objectOf('3'),
      pullRequest: 7,
      commit: objectOf('4'),
      requestedBy: [AUTHOR],
      approvedBy: [REVIEWER],
      rule: 'people',
      terminalUser: null,
    },
  }))
  return encodeRecord(requestRecord(request, { issued: issuedRecord(request, { proof }), history }))
}

/** An API server with so many records, each with a name of its own. */
function recordsOf(text: string, count: number): Records {
  let sent = 0
  const ask = async () => {
    const last = Math.min(count, sent + PAGE)
    const items = []
    for (; sent < last; sent++) {
      const name = `request-${String(sent).padStart(6, '0')}`
      items.push({
        metadata: {
          name: `countersign-acme-certs-${name}`,
          uid: name,
          resourceVersion: '1',
          labels: { [OWNER_LABEL]: 'acme-certs' },
        },
        data: { 'record.json': text.replaceAll(FIRST, name) },
      })
    }
    const page = { metadata: { continue: sent < count ? 'more' : '' }, items }
    return { status: 200, body: JSON.parse(JSON.stringify(page)) }
  }
  const at = { namespace: 'countersign', owner: 'acme-certs', cluster: 'prod' }
  return kubernetesRecords({ ask }, at)
}

function usedHeap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

test('a listed record needs less than 1.7 bytes of memory for each byte of its JSON, however many there are', async () => {
  const text = recordText()
  // Compiles what is used.
  await recordsOf(text, FEWER).list()
  const heapOf = async (count: number): Promise<number> => {
    const before = usedHeap()
    const { records } = await recordsOf(text, count).list()
    const used = usedHeap() - before
    expect(records).toHaveLength(count)
    return used
  }
  const ratioNow = async (): Promise<number> =>
    (-(await heapOf(FEWER)) + (await heapOf(MORE))) / (MORE - FEWER) / text.length
  // What else the process allocates meanwhile is in one measure, not in both.
  const ratio = Math.min(await ratioNow(), await ratioNow())
  expect(ratio).toBeLessThan(MOST)
  expect(ratio).toBeGreaterThan(0.5)
})

const WRITTEN = z.object({
  metadata: z.looseObject({}),
  data: z.object({ 'record.json': z.string() }),
})

describe('a record that was written', () => {
  const request = effective({ name: 'jane' })
  const sent = requestRecord(request, { n: 3 })
  /** An API server that stores what `change` makes of the text it gets. */
  const recordsWith = (change: (text: string) => string): Records => {
    const ask = async ({ body }: Call) => {
      const { metadata, data } = WRITTEN.parse(body)
      return {
        status: 201,
        body: {
          metadata: { ...metadata, uid: 'u1', resourceVersion: '7' },
          data: { 'record.json': change(data['record.json']) },
        },
      }
    }
    const at = { namespace: 'apps', owner: 'acme-certs', cluster: request.cluster }
    return kubernetesRecords({ ask }, at)
  }

  test('it is the record that was sent, under the version that the server gave it', async () => {
    const written = await recordsWith(text => text).write({ ...sent, version: null })
    const version = { uid: 'u1', resourceVersion: '7' }
    expect(written).toEqual({ kind: 'written', record: { ...sent, version } })
  })

  test('if the server stored another content, that is the record', async () => {
    const records = recordsWith(text => text.replace('"n": 3', '"n": 4'))
    const written = await records.write({ ...sent, version: null })
    expect(written).toMatchObject({ kind: 'written', record: { n: 4 } })
  })
})

describe('the marks of a cluster', () => {
  const MARKS = { marks: ['1.aa'], state: 's', lost: null, version: null }
  /** An API server with the one object that it was sent; `change` changes its text. */
  const recordsWith = (change: (text: string) => string): Records => {
    const stored: unknown[] = []
    const ask = async ({ method, body }: Call) => {
      if (method === 'GET') return { status: 200, body: { metadata: {}, items: stored } }
      const sent: unknown = JSON.parse(change(JSON.stringify(body)))
      const { metadata } = z.object({ metadata: z.looseObject({}) }).parse(sent)
      const object = { ...Object(sent), metadata: { ...metadata, uid: 'u', resourceVersion: '7' } }
      stored.push(object)
      return { status: 201, body: object }
    }
    return kubernetesRecords({ ask }, { namespace: 'apps', owner: 'acme-certs', cluster: 'prod' })
  }

  test('they come with the list of the records, and are no record', async () => {
    const records = recordsWith(text => text)
    const written = await records.writeMarks(MARKS)
    expect(written).toEqual({ ...MARKS, version: '7' })
    expect(await records.list()).toEqual({ records: [], broken: [], marks: written })
  })

  test('marks that cannot be read stop every run in the cluster, because a restore would not be seen', async () => {
    const records = recordsWith(text => text.replace('1.aa', 'one'))
    await expect(records.writeMarks(MARKS)).rejects.toMatchObject({
      problem: { code: 'CLUSTER_RECORD', message: expect.stringContaining('cluster.marks') },
    })
    await expect(records.list()).rejects.toMatchObject({ problem: { code: 'CLUSTER_RECORD' } })
  })
})
