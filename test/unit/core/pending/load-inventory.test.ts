// Files of the inventory of nodes: what they say, and every problem at its place.
import { describe, expect, test } from '@jest/globals'
import { inventoryNames, loadInventory } from '../../../../src/core/pending/load-inventory.ts'
import { INVENTORY_YAML } from '../../../build/pending.ts'
import { requestFile } from '../../../build/request.ts'

const file = (text: string, path = 'nodes/rack-a.yaml') => requestFile(text, { path })
const spec = (...lines: readonly string[]) =>
  ['apiVersion: countersign.dev/v1', 'kind: NodeInventory', 'metadata: {name: a}', ...lines].join(
    '\n',
  )

function problems(...files: readonly Parameters<typeof file>[]): readonly string[] {
  const read = loadInventory(files.map(each => file(...each)))
  if (read.ok) return []
  return read.problems.map(
    ({ code, at, message }) => `${code} ${at?.file}:${at?.line}:${at?.column} ${message}`,
  )
}

describe('an inventory', () => {
  test('it has the nodes and pools of all files, and who owns a name', () => {
    const second = spec('spec: {nodes: [{name: n9, addresses: ["2001:db8::9"]}]}')
    const read = loadInventory([
      file(INVENTORY_YAML),
      file(second, 'nodes/b.yml'),
      file('anything', 'nodes/README.md'),
    ])
    expect(read).toMatchObject({ ok: true })
    if (!read.ok) return
    expect([...read.value.nodes.keys()]).toEqual(['n1', 'n2', 'n9'])
    expect(read.value.pools).toMatchObject([{ name: 'workers', maxNodes: 3 }])
    expect(Object.fromEntries(read.value.owners)).toMatchObject({
      'DNS n1': 'n1',
      'DNS n2.nodes.example.com': 'n2',
      'IP 2001:db8::9': 'n9',
    })
  })

  test('the names of a file are those of its nodes, and the single ones of its pools', () => {
    const pool = '{name: a, nodeNames: [x, "w-*"], dnsNames: ["{name}.example.com"], maxNodes: 1}'
    const names = inventoryNames(
      'nodes/a.yaml',
      spec(`spec: {nodes: [{name: n1}], pools: [${pool}]}`),
    )
    expect(names).toEqual(['DNS n1', 'pool a', 'DNS x', 'DNS x.example.com'])
    expect(inventoryNames('nodes/a.yaml', 'nodes')).toBeNull()
  })

  test.each([
    ['a name', 'nodes: [{name: n1}, {name: n1}]'],
    ['an address', 'nodes: [{name: n1, addresses: [10.0.0.1]}, {name: n2, addresses: [10.0.0.1]}]'],
    ['the name of another node', 'nodes: [{name: n1}, {name: n2, dnsNames: [n1]}]'],
    [
      'a pool',
      'pools: [{name: a, nodeNames: [x], maxNodes: 1}, {name: a, nodeNames: [y], maxNodes: 1}]',
    ],
  ])('%s that is given twice is a problem that shows both places', (_what, line) => {
    const [first = '', ...more] = problems([spec(`spec: {${line}}`)])
    expect(first).toMatch(/^INVENTORY_TWICE nodes\/rack-a.yaml:4:\d+ .* in nodes\/rack-a.yaml:4$/)
    expect(more).toEqual([])
  })

  test('a name in two files is a problem', () =>
    expect(
      problems(
        [spec('spec: {nodes: [{name: n1}]}')],
        [spec('spec: {nodes: [{name: n1}]}'), 'nodes/b.yaml'],
      ),
    ).toEqual([
      'INVENTORY_TWICE nodes/b.yaml:4:23 DNS n1 of n1 is given before, to n1 in nodes/rack-a.yaml:4',
    ]))

  test.each([
    ['an address with leading zeros', 'nodes: [{name: n, addresses: ["010.0.0.1"]}]'],
    [
      'an address that is written in a longer form',
      'nodes: [{name: n, addresses: ["2001:DB8::1"]}]',
    ],
    ['an IPv4-mapped address', 'nodes: [{name: n, addresses: ["::ffff:10.0.0.1"]}]'],
    ['a network with bits after the prefix', pool('addresses: [10.1.0.1/16]')],
    ['a prefix that is too long', pool('addresses: [10.1.0.0/33]')],
    ['a network without a prefix', pool('addresses: [10.1.0.0]')],
    ['a DNS name of a pool that is the same for all', pool('dnsNames: [a.example.com]')],
    ['a DNS name with a wildcard', 'nodes: [{name: n, dnsNames: ["*.example.com"]}]'],
    ['a name that no node can have', 'nodes: [{name: N}]'],
    ['a pool without room', 'pools: [{name: a, nodeNames: [x], maxNodes: 0}]'],
  ])('%s is a bad value', (_what, line) => {
    const found = problems([spec(`spec: {${line}}`)])
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/^FILE_FIELD_VALUE nodes\/rack-a.yaml:4:/)
  })

  test.each([
    ['FILE_FIELD_UNKNOWN', spec('spec: {nodes: [{name: n, address: 10.0.0.1}]}')],
    ['FILE_FIELD_REQUIRED', spec('spec: {pools: [{name: a, nodeNames: [x]}]}')],
    ['FILE_FIELD_TYPE', spec('spec: {nodes: n1}')],
    ['FILE_KIND', 'apiVersion: countersign.dev/v1\nkind: Config'],
    ['FILE_YAML', '{'],
    ['FILE_YAML', 'a: &a 1\nb: *a'],
  ])('%s is reported for: %j', (code, text) =>
    expect(problems([text])[0]).toMatch(new RegExp(`^${code} nodes/rack-a.yaml:`)),
  )

  test('a link is no inventory', () => {
    const link = { ...file(INVENTORY_YAML), mode: '120000' }
    expect(loadInventory([link])).toMatchObject({ problems: [{ code: 'FILE_KIND' }] })
  })

  test('an inventory with a private key is refused for that alone', () => {
    const label = 'PRIVATE'
    const text = `${INVENTORY_YAML}# -----BEGIN ${label} KEY-----\nnonsense: 1\n`
    const line = INVENTORY_YAML.split('\n').length
    expect(problems([text])).toEqual([
      `FILE_PRIVATE_KEY nodes/rack-a.yaml:${line}:1 the file holds a private key`,
    ])
  })
})

function pool(member: string): string {
  return `pools: [{name: a, nodeNames: [x], maxNodes: 1, ${member}}]`
}
