// An approver that is killed before or after a write: the next one decides on each request, once, and keeps each name for its node.
import { beforeAll, expect, test } from '@jest/globals'
import { asks, mayAsk, SERVING, withApprovers } from '../build/approver-scene.ts'
import { rows } from '../build/extent.ts'
import { SIGNING_REQUESTS } from '../build/signing-requests.ts'
import { describeSubjects } from '../build/subjects.ts'

const USAGES = ['digital signature', 'server auth']
/** Moments in a first run with three requests, the last of which is denied. */
const POINTS = [
  ['before POST /leases 1'],
  ['after POST /leases 1'],
  ['before PUT /leases/ 1'],
  ['after PUT /leases/ 1'],
  ['before POST /configmaps 1'],
  ['after POST /configmaps 1'],
  ['before PUT /approval 1'],
  ['after PUT /approval 1'],
  ['after PUT /approval 2'],
  ['after PUT /approval 3'],
] as const

describeSubjects('an approver', subject => {
  let count = 0
  beforeAll(() => mayAsk(subject(), ['system:nodes']))

  test.each(rows(POINTS, (_, index) => index === 7))(
    'that is killed %s leaves nothing that the next one does not end',
    async killAt => {
      const { admin } = subject()
      const base = subject().name(`n${++count}`)
      const csr = (at: number): string => `${base}-csr-${at}`
      for (const at of [1, 2, 3]) {
        const node = `${base}-${at}`
        // The third one asks for the name of the first one.
        const sans = [`DNS:${base}-${at === 3 ? 1 : at}.test.ch`]
        const shape = { subject: `/O=system:nodes/CN=system:node:${node}`, sans }
        const spec = { signerName: SERVING, usages: USAGES, expirationSeconds: 3600 }
        await asks(subject(), csr(at), { shape, spec, user: `system:node:${node}` })
      }
      const policy = {
        selector: { paths: null, usernames: [`system:node:${base}-*`], signerNames: [SERVING] },
        allowed: {
          commonName: { required: true, value: `system:node:${base}-*` },
          subject: { organizations: { values: ['system:nodes'] } },
          dnsNames: { values: ['*.test.ch'] },
          usages: USAGES,
        },
        constraints: { maxDuration: '24h' },
        sinks: null,
        approvals: { required: 0 },
        deny: true,
      }
      const pool = { nodeNames: [`${base}-*`], dnsNames: ['{name}.test.ch'] }
      const words = { signers: [SERVING], policies: { 'policies/nodes.yaml': policy }, pool }
      await withApprovers(subject(), words, async ({ place, start }) => {
        expect(await start({ killAt }).ended).toMatchObject({ signal: 'SIGKILL' })
        // A minute and a half later it would be free.
        const leases = `/apis/coordination.k8s.io/v1/namespaces/${place.namespace}/leases`
        for (const { metadata } of (await admin.get(leases)).body.items)
          if (metadata.name.startsWith(`countersign-${place.owner}-approver-`))
            await admin.delete(`${leases}/${metadata.name}`)
        const next = start()
        const undecided = async (): Promise<readonly number[]> => {
          const left: number[] = []
          for (const at of [1, 2, 3]) {
            const { body } = await admin.get(`${SIGNING_REQUESTS}/${csr(at)}`)
            if ((body.status.conditions ?? []).length === 0) left.push(at)
          }
          return left
        }
        const waiting = await undecided()
        await next.until(() => waiting.every(at => next.decided.has(csr(at))))
        expect(await undecided()).toEqual([])
        const verdicts = await Promise.all(
          [1, 2, 3].map(async at => {
            const { body } = await admin.get(`${SIGNING_REQUESTS}/${csr(at)}`)
            return body.status.conditions.map(({ type }: { readonly type: string }) => type).join()
          }),
        )
        expect(verdicts).toEqual(['Approved', 'Approved', 'Denied'])
        const maps = `/api/v1/namespaces/${place.namespace}/configmaps`
        const kept = (await admin.get(maps)).body.items.flatMap(({ data }) =>
          Object.keys({ ...data }).filter(node => node.startsWith(base)),
        )
        expect(kept.toSorted()).toEqual([`${base}-1`, `${base}-2`])
      })
    },
  )
})
