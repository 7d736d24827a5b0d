// countersign import --nodes at the command line: the draft of an inventory, from the Node objects of a cluster.
import { expect, test } from '@jest/globals'
import { configText } from '../build/request-text.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'

describeSubjects('countersign import --nodes', subject => {
  test('its draft says that nodes wrote it, and validate accepts the file', async () => {
    const name = subject().name('node')
    const addresses = [
      { type: 'Hostname', address: name },
      { type: 'InternalIP', address: '10.7.0.1' },
      { type: 'InternalDNS', address: `${name}.nodes.example.com` },
    ]
    await subject().admin.created('/api/v1/nodes', { metadata: { name }, status: { addresses } })
    subject().later(`/api/v1/nodes/${name}`)
    const workshop = new Workshop()
    workshop.useKubeconfig(subject().backend, subject().backend.admin)
    workshop.write('countersign.yaml', configText({ owner: 'acme', namespace: 'apps' }))
    const ran = await workshop.run(['import', '--nodes'])
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain('Each one wrote its own names and addresses')
    expect(ran.stdout).toContain(
      `- name: ${name}\n      dnsNames:\n        - ${name}.nodes.example.com\n      addresses:\n        - 10.7.0.1\n`,
    )
    const inventory = configText({ owner: 'acme', namespace: 'apps' }).replace(
      'recordNamespace: apps',
      'recordNamespace: apps, nodeInventory: nodes',
    )
    workshop.write('countersign.yaml', inventory)
    workshop.write('requests/.keep', '')
    const empty = await workshop.run(['validate'])
    expect(empty.stdout).toMatch(/countersign.yaml:\d+:\d+ {2}error: INVENTORY_MISSING/)
    workshop.write('nodes/all.yaml', ran.stdout)
    expect(await workshop.run(['validate'])).toMatchObject({ code: 0 })
    expect((await workshop.run(['import'])).stderr).toContain('name a file, or use --nodes')
    workshop.end()
  })
})
