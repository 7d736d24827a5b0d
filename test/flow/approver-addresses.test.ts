// Addresses of nodes in a pool: what other Node objects report, how many a node gets, and renewals.
import { expect, test } from '@jest/globals'
import { asks, mayAsk, SERVING, withApprovers } from '../build/approver-scene.ts'
import { SIGNING_REQUESTS } from '../build/signing-requests.ts'
import { describeSubjects } from '../build/subjects.ts'

describeSubjects('an approver and addresses of a pool', subject => {
  test('a node gets one address, keeps it, and gets none that another Node reports since a moment without a person', async () => {
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
      deny: true,
    }
    await mayAsk(subject(), ['system:nodes'])
    const pool = { nodeNames: [`${base}-*`], addresses: ['192.168.0.0/16'] }
    const words = { signers: [SERVING], policies: { 'policies/nodes.yaml': policy }, pool }
    let count = 0
    const ask = async (node: string, address: string): Promise<string> => {
      const name = `${subject().name('csr')}-${node}-${++count}`
      const user = `system:node:${base}-${node}`
      const shape = { subject: `/O=system:nodes/CN=${user}`, sans: [`IP:${address}`] }
      const spec = { signerName: SERVING, usages: ['digital signature', 'server auth'] }
      await asks(subject(), name, { user, shape, spec: { ...spec, expirationSeconds: 3600 } })
      return name
    }
    /** A Node that reports these. */
    const joins = async (node: string, ...addresses: readonly string[]): Promise<void> => {
      const status = { addresses: addresses.map(address => ({ type: 'InternalIP', address })) }
      await admin.created('/api/v1/nodes', { metadata: { name: `${base}-${node}` }, status })
      subject().later(`/api/v1/nodes/${base}-${node}`)
    }
    await withApprovers(subject(), words, async ({ start }) => {
      const approver = start()
      const decisionOn = async (node: string, address: string): Promise<readonly string[]> => {
        const name = await ask(node, address)
        await approver.until(() => approver.decided.has(name))
        const { body } = await admin.get(`${SIGNING_REQUESTS}/${name}`)
        const types: readonly string[] = (body.status.conditions ?? []).map(
          ({ type }: { readonly type: string }) => type,
        )
        const problems = approver.decided.get(name)?.[0]?.problems ?? []
        return [types[0] ?? 'pending', ...problems.map(({ code }) => code)]
      }
      expect(await decisionOn('first', '192.168.1.1')).toEqual(['Approved'])
      // They join and report addresses, and ask for no certificate.
      await joins('victim', '192.168.1.2')
      await joins('envious', '192.168.1.1')
      await joins('greedy', '192.168.1.3', '192.168.1.4')
      expect(await decisionOn('thief', '192.168.1.2')).toEqual(['pending', 'PENDING_ADDRESS'])
      expect(await decisionOn('first', '192.168.1.1')).toEqual(['Approved'])
      expect(await decisionOn('first', '192.168.1.9')).toEqual(['Denied', 'PENDING_TOO_MANY'])
      expect(await decisionOn('second', '192.168.1.3')).toEqual(['Approved'])
      await approver.stop()
    })
  })
})
