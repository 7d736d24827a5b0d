// A client without pauses uses the currently stored credential through three rotations: no request fails.
import { expect, test } from '@jest/globals'
import { configure, requestText } from '../build/request-text.ts'
import { storedPair } from '../build/stored.ts'
import { describeSubjects } from '../build/subjects.ts'
import type { Subject } from '../build/subjects.ts'
import { Workshop, givePrintedRights } from '../build/workshop.ts'
const ROTATIONS = 3
const REVIEW = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const SELF = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }

interface Sent {
  readonly code: number
  readonly username: string
  readonly certificate: string
}

/** Reads the Secret and calls the API server with it in a loop until `isOver`. */
async function askWithoutPause(subject: Subject, isOver: () => boolean): Promise<readonly Sent[]> {
  const sent: Sent[] = []
  while (!isOver()) {
    const pair = await storedPair(subject, subject.namespace, 'jane-tls')
    if (pair === null || pair.key === null) throw new Error('the Secret holds no pair')
    const client = subject.with({ certificatePem: pair.certificate, keyPem: pair.key })
    // A client keeps a credential for some requests: here four.
    for (let count = 0; count < 4 && !isOver(); count++) {
      const { code, body } = await client.post(REVIEW, SELF)
      sent.push({ code, username: body?.status?.userInfo?.username, certificate: pair.certificate })
    }
    client.close()
  }
  return sent
}

describeSubjects('rotation', subject => {
  test('a client that uses the stored credential without pause never fails', async () => {
    const workshop = new Workshop()
    const owner = subject().name('rotation')
    configure(workshop, { owner, namespace: subject().namespace })
    workshop.write('requests/jane.yaml', requestText({ name: 'jane', more: ['reissue: 1'] }))
    await givePrintedRights(subject(), workshop, owner)
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
    let isOver = false
    const asking = askWithoutPause(subject(), () => isOver)
    for (let count = 1; count <= ROTATIONS; count++) {
      workshop.edit('requests/jane.yaml', `reissue: ${count}`, `reissue: ${count + 1}`)
      expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
    }
    isOver = true
    const sent = await asking
    workshop.end()
    const failed = sent.filter(({ code, username }) => code !== 201 || username !== 'jane')
    const certificates = new Set(sent.map(({ certificate }) => certificate)).size
    process.stdout.write(
      `${sent.length} requests with ${certificates} certificates, ${failed.length} failed\n`,
    )
    expect(failed).toEqual([])
    expect(certificates).toBeGreaterThanOrEqual(ROTATIONS)
  })
})
