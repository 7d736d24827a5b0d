import { expect, test } from '@jest/globals'
import { loadInventory } from '../../../../src/core/pending/load-inventory.ts'
import { inventoryText } from '../../../../src/workflows/import/import-nodes.ts'
import { requestFile } from '../../../build/request.ts'

test('the draft of an inventory is one, says where it comes from, and leaves out what no certificate can have', () => {
  const said = [
    'n2',
    '10.0.0.2',
    '10.0.0.2',
    '2001:DB8::2',
    'N2.nodes.example.com',
    '*.example.com',
  ]
  const addresses = new Map([
    ['n2', said],
    ['n1', []],
  ])
  const text = inventoryText('prod', { nodes: new Map(), addresses })
  expect(text).toContain(
    '# A draft from the Node objects. Each node wrote its own names and addresses:',
  )
  const read = loadInventory([requestFile(text, { path: 'nodes/a.yaml' })])
  expect(read).toMatchObject({ ok: true })
  expect(read.ok && [...read.value.nodes.values()]).toEqual([
    { name: 'n1', dnsNames: [], addresses: [] },
    { name: 'n2', dnsNames: ['n2.nodes.example.com'], addresses: ['10.0.0.2', '2001:db8::2'] },
  ])
})
