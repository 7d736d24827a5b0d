import { expect, test } from '@jest/globals'
import { loadInventory } from '../../../../src/core/pending/load-inventory.ts'
import { inventoryText } from '../../../../src/workflows/import/import-nodes.ts'
import { requestFile } from '../../../build/request.ts'

test('the draft of an inventory is one, says where it comes from, and leaves out what no certificate can have', () => {
  const text = inventoryText('prod', [
    {
      name: 'n2',
      addresses: [
        { type: 'Hostname', address: 'n2' },
        { type: 'InternalIP', address: '10.0.0.2' },
        { type: 'ExternalIP', address: '10.0.0.2' },
        { type: 'InternalIP', address: '2001:DB8::2' },
        { type: 'InternalDNS', address: 'N2.nodes.example.com' },
        { type: 'InternalDNS', address: '*.example.com' },
      ],
    },
    { name: 'n1', addresses: [] },
  ])
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
