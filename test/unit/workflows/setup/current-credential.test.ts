import { describe, expect, test } from '@jest/globals'
import { failure, ok, refuseAs } from '../../../../src/domain/problem.ts'
import { currentCredential, store } from '../../../../src/workflows/setup/current-credential.ts'
import type {
  CredentialPorts,
  CredentialCertificate,
  KnownCertificate,
  Look,
} from '../../../../src/workflows/setup/current-credential.ts'
import { NOW, authority, keyPair, pemOf, secondsAfter } from '../../../build/issued.ts'

const HOUR = 3600
const KEYS = keyPair()
const CA = authority('cluster')
const SIGNER_CA = pemOf(CA.certificate)

/** A certificate of 24 hours that was issued so many hours after NOW. */
function found(hours: number, spki = KEYS.spki): CredentialCertificate {
  const notBefore = secondsAfter(NOW, hours * HOUR)
  const notAfter = secondsAfter(NOW, (hours + 24) * HOUR)
  const certificate = pemOf(CA.issue({ spki, notBefore, notAfter }))
  return { cluster: 'prod', certificate, notBefore, notAfter, signerCa: SIGNER_CA, renewBefore: null }
} // prettier-ignore

const OLD = found(0)
const NEW = found(15)
const NOTHING_NEW: Look = { found: null, etag: 'tag', warnings: [] }

/** One machine with a cache, a clock and an answer of each look. */
class Machine implements CredentialPorts {
  hours = 0
  text: string | null = null
  readonly looks: KnownCertificate[] = []
  answer: () => Promise<Awaited<ReturnType<CredentialPorts['look']>>> = async () => ok(NOTHING_NEW)
  readonly cache = {
    read: async () => this.text,
    write: async (text: string) => {
      this.text = text
    },
  }
  readonly clock = {
    now: () => secondsAfter(NOW, this.hours * HOUR),
    sleep: async () => undefined,
  }
  readonly look = (known: KnownCertificate) => {
    this.looks.push(known)
    return this.answer()
  }

  finds(certificate: CredentialCertificate): void {
    this.answer = async () => ok({ found: certificate, etag: null, warnings: [] })
  }

  /** The certificate, or the code of the first problem. */
  async runs(hours: number, spki = KEYS.spki): Promise<string> {
    this.hours = hours
    const owner = { name: 'jane', repository: 'acme/certs', spki }
    const answer = await currentCredential(this, owner)
    return answer.ok ? answer.value.certificate : answer.problems[0].code
  }

  async whole(hours: number) {
    this.hours = hours
    const owner = { name: 'jane', repository: 'acme/certs', spki: KEYS.spki }
    const answer = await currentCredential(this, owner)
    if (!answer.ok) throw new Error(answer.problems[0].message)
    return answer.value
  }
}

/** With the old certificate in its cache. */
async function machine(): Promise<Machine> {
  const made = new Machine()
  await store(made, { name: 'jane', repository: 'acme/certs', spki: KEYS.spki }, OLD, [])
  return made
}

describe('a good certificate in the cache', () => {
  test('the cached certificate is used without a look until its last third', async () => {
    const jane = await machine()
    for (const hours of [0, 1, 8, 15.9])
      expect(await jane.runs(hours)).toBe(OLD.certificate)
    expect(jane.looks).toEqual([])
    expect((await jane.whole(1)).expiration.getTime()).toBeLessThan(OLD.notAfter.getTime())
  }) // prettier-ignore

  test('a look in the last third finds the renewed certificate, which is then used without a look', async () => {
    const jane = await machine()
    jane.finds(NEW)
    expect(await jane.runs(17)).toBe(NEW.certificate)
    expect(await jane.runs(30)).toBe(NEW.certificate)
    expect(jane.looks).toEqual([
      expect.objectContaining({ cluster: 'prod', signerCa: SIGNER_CA, notBefore: OLD.notBefore, etag: null }),
    ])
  }) // prettier-ignore

  test('a look that finds nothing keeps the certificate, waits, and hands on the ETag', async () => {
    const jane = await machine()
    for (const hours of [17, 17.1, 17.4, 17.6]) expect(await jane.runs(hours)).toBe(OLD.certificate)
    expect(jane.looks).toHaveLength(1)
    await jane.runs(17.8)
    expect(jane.looks.map(({ etag }) => etag)).toEqual([null, 'tag'])
  })

  test.each<[string, Machine['answer']]>([
    ['refused', async () => refuseAs('CERTIFICATE_CHAIN', 'forged')],
    [
      'failed',
      async () => {
        throw failure('GITHUB_UNREACHABLE', 'no network')
      },
    ],
  ])('a look that is %s is a warning once, and the certificate is used to its end', async (_, answer) => {
    const jane = await machine()
    jane.answer = answer
    expect((await jane.whole(17)).warnings).toHaveLength(1)
    expect((await jane.whole(17.1)).warnings).toEqual([])
    expect(await jane.runs(23.9)).toBe(OLD.certificate)
    expect(jane.looks).toHaveLength(2)
  }) // prettier-ignore

  test('a process that starts during a look of another one uses the old certificate', async () => {
    const jane = await machine()
    const during: string[] = []
    jane.answer = async () => {
      during.push(await jane.runs(17))
      return ok({ found: NEW, etag: null, warnings: [] })
    }
    expect(await jane.runs(17)).toBe(NEW.certificate)
    expect(during).toEqual([OLD.certificate])
    expect(jane.looks).toHaveLength(1)
  })

  test('a newer certificate that another process stored meanwhile is kept', async () => {
    const jane = await machine()
    const newest = found(16)
    jane.answer = async () => {
      await store(jane, { name: 'jane', repository: 'acme/certs', spki: KEYS.spki }, newest, [])
      return ok({ found: NEW, etag: null, warnings: [] })
    }
    expect(await jane.runs(17)).toBe(newest.certificate)
    expect(await jane.runs(18)).toBe(newest.certificate)
  })

  test('the answer expires at the next look, and never after the certificate', async () => {
    const jane = await machine()
    expect((await jane.whole(17)).expiration).toEqual(secondsAfter(NOW, 17.7 * HOUR))
    expect((await jane.whole(23.999)).expiration).toEqual(OLD.notAfter)
  })

  test('a bug of a look is not hidden', async () => {
    const jane = await machine()
    jane.answer = () => Promise.reject(new TypeError('a bug'))
    await expect(jane.runs(17)).rejects.toThrow('a bug')
  })
})

describe('no certificate that can be used', () => {
  test('the first run looks and stores what it finds', async () => {
    const jane = new Machine()
    jane.finds(OLD)
    expect(await jane.runs(1)).toBe(OLD.certificate)
    expect(await jane.runs(2)).toBe(OLD.certificate)
    expect(jane.looks).toEqual([expect.objectContaining({ cluster: null, notBefore: null, etag: null })])
  }) // prettier-ignore

  test('an expired certificate is never used, and each look is followed by a wait of 30 seconds', async () => {
    const jane = await machine()
    expect(await jane.runs(25)).toBe('SINK_NO_CERTIFICATE')
    expect(await jane.runs(25 + 29 / HOUR)).toBe('SINK_NO_CERTIFICATE')
    expect(jane.looks).toHaveLength(1)
    jane.finds(found(24))
    expect(await jane.runs(25 + 31 / HOUR)).not.toBe('SINK_NO_CERTIFICATE')
    expect(jane.looks).toHaveLength(2)
  })

  test('the problem of the look is reported, and the next run waits', async () => {
    const jane = new Machine()
    jane.answer = async () => refuseAs('CERTIFICATE_DATES', 'expired')
    expect(await jane.runs(0)).toBe('CERTIFICATE_DATES')
    expect(await jane.runs(0)).toBe('SINK_NO_CERTIFICATE')
    expect(jane.looks).toHaveLength(1)
  })

  test('after a failed look the next run looks at once, also with an expired certificate in the cache', async () => {
    for (const jane of [new Machine(), await machine()]) {
      jane.answer = () => Promise.reject(failure('GITHUB_UNREACHABLE', 'no network'))
      await expect(jane.runs(25)).rejects.toThrow('no network')
      await expect(jane.runs(25)).rejects.toThrow('no network')
      jane.finds(NEW)
      expect(await jane.runs(25)).toBe(NEW.certificate)
    }
  })

  test('the cache of another key counts for nothing', async () => {
    const jane = await machine()
    const { spki } = keyPair()
    const renewed = found(1, spki)
    jane.finds(renewed)
    expect(await jane.runs(2, spki)).toBe(renewed.certificate)
    expect(jane.looks).toEqual([expect.objectContaining({ cluster: null, notBefore: null })])
  })

  test('a broken cache is replaced', async () => {
    const jane = new Machine()
    jane.text = '{'
    jane.finds(OLD)
    expect(await jane.runs(1)).toBe(OLD.certificate)
    expect(jane.text).toContain('"version": 1')
  })

  test('a certificate that is found late in its life is looked after at once, with waits', async () => {
    const jane = new Machine()
    jane.finds(OLD)
    expect((await jane.whole(20)).expiration).toEqual(secondsAfter(NOW, 20.4 * HOUR))
  })
})
