// Turns over pending requests, with the CertificateSigningRequests of a cluster in memory.
import { describe, expect, test } from '@jest/globals'
import { unplaced, CountersignError } from '../../../../src/domain/problem.ts'
import type { SigningRequest } from '../../../../src/domain/cluster/signing-request.ts'
import type {
  StoredNames,
  KnownInventory,
  TurnReport,
} from '../../../../src/domain/cluster/pending-request.ts'
import type { RequestRow } from '../../../../src/ports/signing-requests.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import { sequence, time } from '../../../../src/lib/x509/der-write.ts'
import { encodeSans } from '../../../../src/lib/x509/general-names.ts'
import { EXTENSION_OIDS } from '../../../../src/lib/x509/oids.ts'
import { extension } from '../../../../src/lib/x509/pkcs10-write.ts'
import { encodeName } from '../../../../src/lib/x509/x500-name.ts'
import { PendingTurns, hasMore } from '../../../../src/workflows/pending/pending-turn.ts'
import type { TurnPorts } from '../../../../src/workflows/pending/pending-turn.ts'
import { clusterConfig } from '../../../build/effective.ts'
import {
  CLIENT,
  SERVING,
  dns,
  ip,
  inventory,
  nodePolicies,
  pending,
} from '../../../build/pending.ts'
import type { PendingShape } from '../../../build/pending.ts'
import { certificate, named, testKey } from '../../lib/x509/build.ts'

const COMMIT = 'a'.repeat(40)
const NOW = new Date('2030-06-01T00:00:00Z')
const approved = { type: 'Approved', status: 'True', reason: '', message: '' }

/** A cluster that answers as the API server does: a decided object has changed. */
class Place {
  readonly objects: SigningRequest[]
  readonly messages: string[] = []
  readonly reads: string[] = []
  /** Names, in the order of the decisions. */
  readonly decided: string[] = []
  nodes: ReadonlyMap<string, string> = new Map()
  /** Addresses that each node reports. */
  addresses: ReadonlyMap<string, readonly string[]> = new Map()
  /** What they reported some seconds ago, null for the same. */
  earlier: ReadonlyMap<string, readonly string[]> | null = null
  /** Names that it kept, and how often it wrote them. */
  kept: StoredNames = { names: [], versions: [] }
  writes = 0
  failsToKeep = false
  /** Names of objects that themselves are too large. */
  fat: readonly string[] = []
  now = NOW
  inventory: KnownInventory = inventory()
  check = async (): Promise<void> => undefined
  mayDecide = (): boolean => true

  constructor(objects: readonly SigningRequest[]) {
    this.objects = [...objects]
  }

  turn(turns: PendingTurns, lines: readonly string[] = ['deny: true']): Promise<TurnReport> {
    const rules = {
      policies: nodePolicies(lines),
      cluster: clusterConfig(),
      emergency: null,
      commit: COMMIT,
      inventory: this.inventory,
    }
    return turns.turn(this.#world(), rules)
  }

  #world(): TurnPorts {
    const { objects } = this
    const { reads } = this
    const isFat = (name: string) => this.fat.includes(name)
    const decide = async (object: SigningRequest, type: string, message: string) => {
      const at = objects.findIndex(({ version }) => version.uid === object.version.uid)
      const found = objects[at]
      if (found === undefined || found.conditions.length > 0) return null
      this.messages.push(message)
      this.decided.push(object.name)
      const done = { ...found, conditions: [{ ...approved, type, message }] }
      objects[at] = done
      return done
    }
    const signingRequests: TurnPorts['cluster']['signingRequests'] = {
      async *listRows(signerName) {
        const listed = objects.filter(each => each.signerName === signerName)
        for (let at = 0; at < listed.length; at += 30) yield listed.slice(at, at + 30).map(rowOf)
      },
      readSmall: async name => {
        reads.push(name)
        if (isFat(name)) return { tooLarge: name }
        return objects.find(each => each.name === name) ?? null
      },
      approve: async (each, _reason, message) => {
        const object = await decide(each, 'Approved', message)
        return object === null ? { kind: 'changed' } : { kind: 'decided', object }
      },
      deny: async (each, _reason, message) => {
        const object = await decide(each, 'Denied', message)
        return object === null ? { kind: 'changed' } : { kind: 'decided', object }
      },
    }
    return {
      cluster: {
        signingRequests,
        nodes: async isFresh => ({
          nodes: this.nodes,
          addresses: isFresh ? this.addresses : (this.earlier ?? this.addresses),
        }),
        issuedNames: {
          list: async () => this.kept,
          write: async names => {
            if (this.failsToKeep) throw new Error('full')
            this.kept = { names, versions: [] }
            this.writes++
          },
        },
      },
      clock: { now: () => this.now },
      check: () => this.check(),
      mayDecide: () => this.mayDecide(),
    }
  }
}

function from(node: string, shape: PendingShape = {}): SigningRequest {
  return pending({
    name: `csr-${node}`,
    version: { uid: `uid-${node}`, resourceVersion: '1' },
    subject: ['O=system:nodes', `CN=system:node:${node}`],
    username: `system:node:${node}`,
    sans: [dns(`${node}.nodes.example.com`)],
    ...shape,
  })
}

const words = ({ decided }: TurnReport): readonly string[] =>
  decided.map(({ name, decision }) => `${name} ${decision}`)

function rowOf({ name, username, conditions, certificate }: SigningRequest): RequestRow {
  const isPending = conditions.length === 0 && certificate === null
  const isIssued = certificate !== null
  return { name, username, isApproved: conditions.length > 0, isIssued, isPending }
}

describe('requests that are large or many', () => {
  test('a request that is too large is reported once, and the others are decided', async () => {
    const turns = new PendingTurns(SERVING)
    const place = new Place([from('n1'), from('n2')])
    place.fat = ['csr-n2']
    const first = await place.turn(turns)
    expect([words(first), first.pending]).toEqual([['csr-n1 approved', 'csr-n2 left'], 1])
    expect(first.decided[1]?.problems).toMatchObject([{ code: 'CLUSTER_TOO_LARGE' }])
    const second = await place.turn(turns)
    expect([words(second), second.pending]).toEqual([[], 1])
  })

  const floodOf = (count: number): readonly SigningRequest[] =>
    Array.from({ length: count }, (_, at) =>
      pending({
        name: `flood-${at}`,
        version: { uid: `uid-${at}`, resourceVersion: '1' },
        username: 'somebody',
      }),
    )

  test('a flood of one user keeps no other user waiting, and every request has its turn', async () => {
    const turns = new PendingTurns(SERVING)
    const place = new Place([...floodOf(120), from('n1')])
    const first = await place.turn(turns, [])
    expect(words(first)).toContain('csr-n1 approved')
    expect([first.pending, place.reads.length]).toEqual([120, 51])
    await place.turn(turns, [])
    await place.turn(turns, [])
    expect(new Set(place.reads).size).toBe(121)
  })

  test('a turn ends after a few requests that are too large, and every request has its turn', async () => {
    const turns = new PendingTurns(SERVING)
    const flood = floodOf(120)
    const place = new Place([...flood, from('n1')])
    place.fat = flood.map(({ name }) => name)
    const first = await place.turn(turns)
    expect(words(first)).toContain('csr-n1 approved')
    expect(place.reads.length).toBeLessThan(25)
    place.kept = { names: [], versions: [] }
    place.objects.push(from('n2', { sans: [dns('n1.nodes.example.com')] }))
    const second = await place.turn(turns)
    // The approved request was read too.
    const other = second.decided.find(({ name }) => name === 'csr-n2')
    expect(other?.problems.map(({ code }) => code)).toContain('PENDING_OTHER_NODE')
    const said = [...first.decided, ...second.decided]
    for (let turn = 3; turn <= 24; turn++) {
      said.push(...(await place.turn(turns)).decided)
    }
    const left = said.filter(({ decision }) => decision === 'left').map(({ name }) => name)
    expect(left.toSorted()).toEqual(place.fat.toSorted())
  })

  test('an approved request keeps its names from other nodes', async () => {
    const turns = new PendingTurns(SERVING)
    const place = new Place([from('n1')])
    expect(words(await place.turn(turns))).toEqual(['csr-n1 approved'])
    place.kept = { names: [], versions: [] }
    place.objects.push(from('n2', { sans: [dns('n1.nodes.example.com')] }))
    const next = await place.turn(turns)
    expect(next.decided[0]).toMatchObject({ name: 'csr-n2', decision: 'denied' })
    expect(next.decided[0]?.problems.map(({ code }) => code)).toContain('PENDING_OTHER_NODE')
  })

  test('an approved request is read until it has its certificate', async () => {
    const turns = new PendingTurns(SERVING)
    const place = new Place([from('n1')])
    const reads = async () => {
      await place.turn(turns)
      return place.reads.length
    }
    expect([await reads(), await reads()]).toEqual([1, 2])
    place.objects[0] = { ...place.objects[0]!, certificate: 'PEM' }
    expect([await reads(), await reads()]).toEqual([3, 3])
  })
})

test('the next turn comes sooner only if this one decided and left something', async () => {
  const turns = new PendingTurns(SERVING)
  const nodes = Array.from({ length: 51 }, (_, at) =>
    from(`n${at}`, { username: 'system:node:n0' }),
  )
  const place = new Place(nodes)
  expect(hasMore(await place.turn(turns))).toBe(true)
  expect(place.decided).toHaveLength(50)
  expect(hasMore(await place.turn(turns))).toBe(false)
  const left = new Place([from('n1', { request: 'nothing' })])
  expect(hasMore(await left.turn(new PendingTurns(SERVING)))).toBe(false)
})

test('the next turn comes sooner while this one finds requests that are too large for the first time', async () => {
  const turns = new PendingTurns(SERVING)
  const place = new Place([from('n1')])
  place.fat = ['csr-n1']
  expect(hasMore(await place.turn(turns))).toBe(true)
  expect(hasMore(await place.turn(turns))).toBe(false)
})

describe('a turn', () => {
  test('the message of a decision has the policy and the commit', async () => {
    const place = new Place([from('n1'), from('n2', { sans: [] })])
    const report = await place.turn(new PendingTurns(SERVING))
    expect(words(report)).toEqual(['csr-n1 approved', 'csr-n2 denied'])
    expect(place.messages[0]).toBe(`policy serving at commit ${COMMIT}`)
    expect(place.messages[1]).toContain(`policy serving at commit ${COMMIT}; SIGNER_SAN`)
    expect(report).toMatchObject({ pending: 0, signerName: SERVING, commit: COMMIT })
  })

  test('decided requests, requests of countersign and those of other signers are left alone', async () => {
    const place = new Place([
      from('n1', { conditions: [{ ...approved, type: 'Denied' }] }),
      from('n2', { certificate: 'PEM' }),
      from('n3', { name: 'cs-n3-1f3c9a02-1' }),
      from('n4', { signerName: 'example.com/a' }),
    ])
    expect(await place.turn(new PendingTurns(SERVING))).toMatchObject({ pending: 0, decided: [] })
    expect(place.messages).toEqual([])
  })

  test('a request that another user decided first is no decision of this turn', async () => {
    const place = new Place([from('n1'), from('n2')])
    place.check = async () => {
      place.objects[0] = { ...place.objects[0]!, conditions: [approved] }
    }
    expect(words(await place.turn(new PendingTurns(SERVING)))).toEqual(['csr-n2 approved'])
  })

  test('nothing is written once another controller leads or the rules count no more', async () => {
    const place = new Place([from('n1'), from('n2')])
    const lost = new CountersignError(unplaced('CONTROLLER_NOT_LEADER', 'another one leads'))
    place.check = async () => {
      throw lost
    }
    await expect(place.turn(new PendingTurns(SERVING))).rejects.toBe(lost)
    place.mayDecide = () => false
    expect(await place.turn(new PendingTurns(SERVING))).toMatchObject({ pending: 2, decided: [] })
    expect(place.messages).toEqual([])
  })

  test('a request whose write fails does not keep the others from their turn', async () => {
    const place = new Place([from('n1'), from('n2')])
    const turns = new PendingTurns(SERVING)
    let checks = 0
    place.check = async () => {
      // The first one is before the names are kept.
      if (++checks === 2) throw new CountersignError(unplaced('CLUSTER_FORBIDDEN', 'refused'))
    }
    await expect(place.turn(turns)).rejects.toThrow('refused')
    expect(words(await place.turn(turns))[0]).toBe('csr-n2 approved')
  })

  test('a request that stays pending is news once, and again for other reasons', async () => {
    const place = new Place([from('n1', { sans: [] })])
    const turns = new PendingTurns(SERVING)
    expect(words(await place.turn(turns, []))).toEqual(['csr-n1 left'])
    expect(words(await place.turn(turns, []))).toEqual([])
    place.nodes = new Map([['n9', 'uid-9']])
    place.objects[0] = { ...from('n1', { sans: [dns('n9')] }) }
    expect(words(await place.turn(turns, []))).toEqual(['csr-n1 left'])
  })
})

describe('a flood', () => {
  test('ten thousand requests of one node do not keep another node waiting, and a turn is bounded', async () => {
    const broken = from('n1', { request: '' })
    const flood = Array.from({ length: 10_000 }, (_, at) => ({
      ...broken,
      name: `csr-flood-${at}`,
      version: { uid: `flood-${at}`, resourceVersion: '1' },
    }))
    const place = new Place([...flood, from('n2', { createdAt: NOW })])
    const report = await place.turn(new PendingTurns(SERVING))
    expect(place.decided).toEqual(['csr-n2'])
    expect(report.pending).toBe(10_000)
    expect(report.decided.length).toBeLessThanOrEqual(100)
  })
})

describe('names of other nodes', () => {
  const holder = (end: string): SigningRequest =>
    from('n2', {
      sans: [ip('10.1.0.1')],
      conditions: [approved],
      certificate: encodePem(
        'CERTIFICATE',
        certificate({
          subject: encodeName(named('O=system:nodes', 'CN=system:node:n2')),
          extensions: [
            extension(EXTENSION_OIDS.subjectAltName, false, encodeSans([ip('10.1.0.1')])),
          ],
          validity: sequence(time(new Date('2030-01-01T00:00:00Z')), time(new Date(end))),
        }),
      ),
    })

  test.each([
    ['2030-07-01T00:00:00Z', ['csr-n1 denied']],
    ['2030-05-31T00:00:00Z', ['csr-n1 approved']],
  ])('an address in a certificate of another node until %s leads to: %j', async (end, expected) => {
    const place = new Place([holder(end), from('n1', { sans: [ip('10.1.0.1')] })])
    expect(words(await place.turn(new PendingTurns(SERVING)))).toEqual(expected)
  })

  test('an address that another Node reports is left to a person', async () => {
    const place = new Place([from('m1', { sans: [ip('10.1.5.5')] })])
    place.addresses = new Map([['m2', ['10.1.5.5']]])
    expect(words(await place.turn(new PendingTurns(SERVING)))).toEqual(['csr-m1 left'])
  })

  test('an address that another Node reports since a moment is left to a person too', async () => {
    const place = new Place([from('m1', { sans: [ip('10.1.5.5')] })])
    place.earlier = new Map()
    place.addresses = new Map([['m2', ['10.1.5.5']]])
    expect(words(await place.turn(new PendingTurns(SERVING)))).toEqual(['csr-m1 left'])
  })

  test('of two nodes that ask for one address in the same turn the older request gets it', async () => {
    const place = new Place([
      from('m1', { sans: [ip('10.1.5.5')], createdAt: NOW }),
      from('m2', { sans: [ip('10.1.5.5')] }),
    ])
    expect(words(await place.turn(new PendingTurns(SERVING)))).toEqual([
      'csr-m2 approved',
      'csr-m1 denied',
    ])
  })

  test('of two machines that ask for one name with a bootstrap token only one gets it', async () => {
    const token = {
      signerName: CLIENT,
      username: 'system:bootstrap:abcdef',
      groups: ['system:bootstrappers'],
      sans: [],
    }
    const first = from('n1', token)
    const second = from('n1', {
      ...token,
      key: testKey('P-256'),
      name: 'csr-second',
      version: { uid: 'second', resourceVersion: '1' },
      createdAt: NOW,
    })
    const place = new Place([second, first])
    expect(words(await place.turn(new PendingTurns(CLIENT)))).toEqual([
      'csr-n1 approved',
      'csr-second denied',
    ])
  })

  test('an address stays that of the node after its request was deleted, until the certificate has expired', async () => {
    const place = new Place([from('m1', { sans: [ip('10.1.5.5')], expirationSeconds: 3600 })])
    const turns = new PendingTurns(SERVING)
    expect(words(await place.turn(turns))).toEqual(['csr-m1 approved'])
    place.objects.splice(0, 1, from('m2', { sans: [ip('10.1.5.5')] }))
    expect(words(await place.turn(turns))).toEqual(['csr-m2 denied'])
    place.objects.splice(0, 1, from('m2', { sans: [ip('10.1.5.5')] }))
    place.now = new Date(NOW.getTime() + 3 * 3_600_000 + 1)
    expect(words(await place.turn(turns))).toEqual(['csr-m2 approved'])
    expect(place.kept.names.map(({ commonName }) => commonName)).toEqual([
      'system:node:m2',
      'system:node:m2',
    ])
  })

  test('nothing is approved if the names cannot be kept, and names are not written without an approval', async () => {
    const place = new Place([from('n1', { sans: [] })])
    const turns = new PendingTurns(SERVING)
    expect(words(await place.turn(turns))).toEqual(['csr-n1 denied'])
    expect(place.writes).toBe(0)
    place.objects.splice(0, 1, from('n2'))
    place.failsToKeep = true
    await expect(place.turn(turns)).rejects.toThrow('full')
    expect(place.decided).toEqual(['csr-n1'])
  })

  test('the names of a certificate that another user approved are kept until it expires, once, also without pending requests', async () => {
    const place = new Place([holder('2030-07-01T00:00:00Z')])
    const turns = new PendingTurns(SERVING)
    expect(words(await place.turn(turns))).toEqual([])
    await place.turn(turns)
    expect(place.writes).toBe(1)
    expect(place.kept.names).toEqual(
      ['CN system:node:n2', 'IP 10.1.0.1'].map(name => ({
        name,
        commonName: 'system:node:n2',
        until: new Date('2030-07-01T00:00:00Z'),
      })),
    )
    place.objects.splice(0, 1, from('n1', { sans: [ip('10.1.0.1')] }))
    expect(words(await place.turn(turns))).toEqual(['csr-n1 denied'])
  })

  test('a request with the name of a deleted one that had a certificate is decided like any other', async () => {
    const place = new Place([holder('2030-07-01T00:00:00Z')])
    const turns = new PendingTurns(SERVING)
    await place.turn(turns)
    const name = place.objects[0]!.name
    place.objects.splice(0, 1, from('n1', { name }))
    expect(words(await place.turn(turns))).toEqual([`${name} approved`])
  })

  test('an approved request with the name of a deleted one keeps its own names', async () => {
    const place = new Place([holder('2030-07-01T00:00:00Z')])
    const turns = new PendingTurns(SERVING)
    await place.turn(turns)
    const name = place.objects[0]!.name
    const again = from('m1', { name, sans: [ip('10.1.7.7')], conditions: [approved] })
    place.objects.splice(0, 1, again, from('m2', { sans: [ip('10.1.7.7')] }))
    expect(words(await place.turn(turns))).toEqual(['csr-m2 denied'])
  })

  test('an issued request is read again after a pause, since its name may be that of another one', async () => {
    const place = new Place([holder('2030-07-01T00:00:00Z')])
    const turns = new PendingTurns(SERVING)
    const readsAfter = async (milliseconds: number): Promise<number> => {
      place.now = new Date(place.now.getTime() + milliseconds)
      await place.turn(turns)
      return place.reads.splice(0).length
    }
    expect([await readsAfter(0), await readsAfter(3000), await readsAfter(60_001)]).toEqual([
      1, 0, 1,
    ])
  })

  test('a request that was seen first has its turn first, whatever its name', async () => {
    const names = Array.from({ length: 51 }, (_, at) => `m${at}`)
    const shared = (name: string): SigningRequest => from(name, { username: 'system:bootstrap:x' })
    const place = new Place([...names.slice(0, 50), 'zz'].map(shared))
    const turns = new PendingTurns(SERVING)
    await place.turn(turns)
    expect(place.reads.splice(0)).not.toContain('csr-zz')
    place.now = new Date(place.now.getTime() + 3000)
    place.objects.unshift(...names.map(name => shared(`a${name}`)))
    await place.turn(turns)
    expect(place.reads).toContain('csr-zz')
  })

  test('a certificate that is not one of a node is not kept', async () => {
    const other = holder('2030-07-01T00:00:00Z')
    const subject = encodeName(named('CN=../n2'))
    const der = certificate({
      subject,
      validity: sequence(
        time(new Date('2030-01-01T00:00:00Z')),
        time(new Date('2030-07-01T00:00:00Z')),
      ),
    })
    const place = new Place([{ ...other, certificate: encodePem('CERTIFICATE', der) }])
    await place.turn(new PendingTurns(SERVING))
    expect(place.kept.names).toEqual([])
  })
})
