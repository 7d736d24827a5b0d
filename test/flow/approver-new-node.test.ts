// A node that asks for the address of another Node which joined a moment ago: the approver looked at the Nodes before that.
import { expect, test } from '@jest/globals'
import { asks, mayAsk, SERVING, withApprovers } from '../build/approver-scene.ts'
import { SIGNING_REQUESTS } from '../build/signing-requests.ts'
import { describeSubjects } from '../build/subjects.ts'

describeSubjects('an approver and a Node that just joined', subject => {
  test('an address that a Node reports since a second is left to a person', async () => {
    const { admin } = subject()
    const base = subject().name('n')
    const policy = {
      selector: { paths: null, usernames: [`system:node:${base}-*`], signerNames: [SERVING] },
      allowed: {
        commonName: { required: true, value: `system:node:${base}-*` },
        subject: { organizations: { values: ['system:nodes'] } },
        ipAddresses: { values: ['192.168.*'] },
        usages: ['digital signature', 'server auth'],
      },
      sinks: null,
      approvals: { required: 0 },
    }
    await mayAsk(subject(), ['system:nodes'])
    const pool = { nodeNames: [`${base}-*`], addresses: ['192.168.0.0/16'] }
    const words = { signers: [SERVING], policies: { 'policies/nodes.yaml': policy }, pool }
    const ask = async (node: string, address: string): Promise<string> => {
      const name = `${subject().name('csr')}-${node}`
      const user = `system:node:${base}-${node}`
      const shape = { subject: `/O=system:nodes/CN=${user}`, sans: [`IP:${address}`] }
      const spec = { signerName: SERVING, usages: ['digital signature', 'server auth'] }
      await asks(subject(), name, { user, shape, spec: { ...spec, expirationSeconds: 3600 } })
      return name
    }
    await withApprovers(subject(), words, async ({ start }) => {
      const approver = start()
      const first = await ask('first', '192.168.1.1')
      await approver.until(() => approver.decided.has(first))
      // The victim joins and reports its address, and asks for no certificate yet.
      const status = { addresses: [{ type: 'InternalIP', address: '192.168.1.2' }] }
      await admin.created('/api/v1/nodes', { metadata: { name: `${base}-victim` }, status })
      subject().later(`/api/v1/nodes/${base}-victim`)
      const thief = await ask('thief', '192.168.1.2')
      await approver.until(() => approver.decided.has(thief))
      const { body } = await admin.get(`${SIGNING_REQUESTS}/${thief}`)
      const lines = approver.decided.get(thief) ?? []
      await approver.stop()
      expect(body.status.conditions ?? []).toEqual([])
      expect(lines[0]?.problems).toMatchObject([{ code: 'PENDING_ADDRESS' }])
    })
  })
})
