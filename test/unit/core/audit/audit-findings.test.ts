// Which uses of certificates are alarms.
import { describe, expect, test } from '@jest/globals'
import { judgeCredential } from '../../../../src/core/audit/audit-findings.ts'
import type { CredentialUse } from '../../../../src/domain/cluster/audit-report.ts'
import { auditedCertificate, credentialUse } from '../../../build/audit-lines.ts'
import { NOW, secondsAfter } from '../../../build/issued.ts'

const GRANT = `countersign:acme-certs:${'a'.repeat(20)}`
const OTHER = '2'.repeat(64)
const after = (seconds: number): Date => secondsAfter(NOW, seconds)

type Known = Parameters<typeof judgeCredential>[1]

function judged(use: Partial<CredentialUse>, known: Partial<Known> = {}) {
  const { state, request, alarm } = judgeCredential(credentialUse(use), {
    owner: 'acme-certs',
    name: 'prod',
    knownCredentials: [],
    kubelets: [],
    certificates: [auditedCertificate()],
    histories: [],
    ...known,
  })
  return [state, request, alarm?.code ?? null, alarm]
}

const verdict = (...args: Parameters<typeof judged>) => judged(...args).slice(0, 3)
const hintOf = (...args: Parameters<typeof judged>) => JSON.stringify(judged(...args)[3])

describe('a certificate of a record', () => {
  test.each(['in use', 'renewed', 'reissued', 'expired', 'unrecorded'] as const)(
    'a certificate that is %s is known',
    state =>
      expect(
        verdict({}, { certificates: [auditedCertificate({ state, endedAt: after(-600) })] }),
      ).toEqual(['known', 'jane', null]),
  )

  test.each(['withdrawn', 'revoked', 'abandoned'] as const)(
    'a certificate that is used with success a minute after it was %s is an alarm',
    state => {
      const certificates = [auditedCertificate({ state, endedAt: NOW })]
      const alarm = ['alarm', 'jane', 'AUDIT_USED_AFTER_END']
      expect(verdict({ lastSuccess: after(60) }, { certificates })).toEqual(alarm)
      expect(hintOf({ lastSuccess: after(60) }, { certificates })).toMatch(
        /: countersign revoke jane --cluster prod"/,
      )
      expect(verdict({ lastSuccess: after(59) }, { certificates })).toEqual(['known', 'jane', null])
      expect(verdict({ lastSuccess: null }, { certificates })).toEqual(['known', 'jane', null])
    },
  )

  test.each(['renewed', 'reissued'] as const)(
    'a certificate that was %s is an alarm after a later one of its request was withdrawn',
    state => {
      const old = auditedCertificate({ state, endedAt: after(-600) })
      const next = { sha256: OTHER, n: 2, state: 'withdrawn', endedAt: NOW } as const
      const of = (changes: object, seconds = 60) =>
        verdict(
          { lastSuccess: after(seconds) },
          { certificates: [old, auditedCertificate({ ...next, ...changes })] },
        )
      expect(of({})).toEqual(['alarm', 'jane', 'AUDIT_USED_AFTER_END'])
      expect([of({}, 59)[0], of({ request: 'web' })[0], of({ n: 0 })[0]]).toEqual(
        Array.from({ length: 3 }, () => 'known'),
      )
    },
  )

  test('a lost attempt of unknown end is an alarm once it is used for a minute, because only countersign logs in with it', () => {
    const lost = auditedCertificate({ state: 'abandoned', endedAt: null, subject: '' })
    const first = after(-60)
    const of = (seconds: number) =>
      verdict({ first, lastSuccess: after(seconds) }, { certificates: [lost] })
    expect(of(0)).toEqual(['alarm', 'jane', 'AUDIT_USED_AFTER_END'])
    expect(of(-1)).toEqual(['known', 'jane', null])
  })

  test('with another user name it is an alarm, because only a proxy can write that', () => {
    const certificates = [auditedCertificate({ subject: String.raw`O=dev\\, CN=jane` })]
    expect(verdict({ username: 'root' })).toEqual(['alarm', 'jane', 'AUDIT_NEVER_ISSUED'])
    expect(hintOf({ username: 'root' })).toContain('--requestheader-client-ca-file')
    expect(verdict({}, { certificates })).toEqual(['known', 'jane', null])
  })
})

describe('a certificate that no record has', () => {
  test('with a grant of a request it was never issued, whatever list has it', () => {
    const use = { sha256: OTHER, username: 'root', groups: ['developers', GRANT] }
    const certificates = [
      auditedCertificate({ request: 'web', subject: 'CN=web' }),
      auditedCertificate({ grant: GRANT, sha256: '3'.repeat(64) }),
    ]
    const known = { certificates, knownCredentials: [{ sha256: OTHER, note: 'ours' }] }
    expect(verdict(use, known)).toEqual(['alarm', 'jane', 'AUDIT_NEVER_ISSUED'])
    expect(verdict(use, { ...known, kubelets: [OTHER] })[0]).toBe('alarm')
    expect(hintOf(use, known)).toContain(`countersign revoke --grant ${GRANT} --cluster prod`)
  })

  test('with a grant that no record has it was never issued', () => {
    const use = { sha256: OTHER, username: 'root', groups: [GRANT] }
    expect(verdict(use)).toEqual(['alarm', null, 'AUDIT_NEVER_ISSUED'])
  })

  test('with a grant of another owner it is unknown', () => {
    const use = { sha256: OTHER, username: 'x', groups: [GRANT.replace('acme-certs', 'other')] }
    expect(verdict(use)).toEqual(['alarm', null, 'AUDIT_UNKNOWN_CREDENTIAL'])
  })

  test('with the user name or a group of a request it was never issued', () => {
    expect(verdict({ sha256: OTHER })).toEqual(['alarm', 'jane', 'AUDIT_NEVER_ISSUED'])
    const ofGroup = { sha256: OTHER, username: 'eve', groups: ['developers'] }
    expect(verdict(ofGroup)).toEqual(['alarm', 'jane', 'AUDIT_NEVER_ISSUED'])
  })

  test('with the user name of a component of Kubernetes it is unknown, and the hint has the line that lists it', () => {
    const use = { sha256: OTHER, username: 'system:kube-scheduler', groups: [] }
    expect(verdict(use)).toEqual(['alarm', null, 'AUDIT_UNKNOWN_CREDENTIAL'])
    const line = `- {sha256: ${OTHER}, note: ${JSON.stringify('"system:kube-scheduler"').slice(1, -1)}}`
    expect(hintOf(use)).toContain(line)
  })

  test('that a person listed by its SHA-256 is no alarm, and another with the same name is one', () => {
    const knownCredentials = [{ sha256: OTHER, note: 'scheduler' }]
    const use = { sha256: OTHER, username: 'system:kube-scheduler', groups: [] }
    expect(verdict(use, { knownCredentials })).toEqual(['listed', null, null])
    const stolen = { ...use, sha256: '3'.repeat(64) }
    expect(verdict(stolen, { knownCredentials })[2]).toBe('AUDIT_UNKNOWN_CREDENTIAL')
  })

  test('of a kubelet whose request its approver approved is no alarm', () => {
    const use = { sha256: OTHER, username: 'system:node:n1', groups: ['system:nodes'] }
    expect(verdict(use, { kubelets: [OTHER] })).toEqual(['kubelet', null, null])
  })

  test('of a user whose history begins after its last use is earlier, and one use later is an alarm', () => {
    const histories = [{ request: 'jane', begins: after(100) }]
    const use = { sha256: OTHER, last: after(99) }
    expect(verdict(use, { histories })).toEqual(['earlier', 'jane', null])
    expect(verdict({ ...use, last: after(100) }, { histories })[0]).toBe('alarm')
    expect(verdict({ ...use, username: 'eve' }, { histories })[0]).toBe('alarm')
    expect(verdict({ ...use, groups: [GRANT] }, { histories })[0]).toBe('earlier')
    // A copy of the first certificate that the record has.
    const copied = { histories, certificates: [auditedCertificate({ grant: GRANT })] }
    expect(verdict({ ...use, groups: [GRANT] }, copied)[0]).toBe('alarm')
    const second = [{ request: 'jane-2', begins: after(100) }]
    const certificates = [auditedCertificate(), auditedCertificate({ request: 'jane-2' })]
    expect(verdict(use, { histories: second, certificates })[0]).toBe('earlier')
  })
})

test('a comma in a name does not make it the name of another', () => {
  const certificates = [auditedCertificate({ subject: String.raw`CN=a\, CN\=jane` })]
  expect(verdict({ sha256: OTHER, groups: [] }, { certificates })[1]).toBeNull()
  const odd = { sha256: OTHER, groups: [], username: 'a, CN=jane' }
  expect(verdict(odd, { certificates })[1]).toBe('jane')
})
