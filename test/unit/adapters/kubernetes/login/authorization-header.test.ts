import { describe, expect, test } from '@jest/globals'
import {
  masked,
  remembered,
} from '../../../../../src/adapters/kubernetes/login/authorization-header.ts'
import { Secret } from '../../../../../src/domain/request/secret-value.ts'

const LIFE = 1000

/** Tokens 1, 2, 3 …, each valid for a second of a clock that the test moves. */
function logins() {
  const clock = { now: 0 }
  const asked: boolean[] = []
  const authorization = remembered(
    async isRefused => {
      asked.push(isRefused)
      const header = new Secret(`Bearer ${asked.length}`)
      return { header, goodUntil: clock.now + LIFE }
    },
    () => clock.now,
  )
  const next = async (refused?: string) => {
    const given = await authorization(refused === undefined ? undefined : new Secret(refused))
    return given?.reveal()
  }
  return { clock, asked, next }
}

describe('a remembered login', () => {
  test('a login is kept while it is valid, and repeated then', async () => {
    const { clock, asked, next } = logins()
    expect([await next(), await next()]).toEqual(['Bearer 1', 'Bearer 1'])
    clock.now = LIFE - 1
    expect(await next()).toBe('Bearer 1')
    clock.now = LIFE
    expect(await next()).toBe('Bearer 2')
    expect(asked).toEqual([false, false])
  })

  test('many callers share one login, at the beginning and at its end', async () => {
    const { clock, asked, next } = logins()
    const all = () => Promise.all(Array.from({ length: 20 }, () => next()))
    expect(new Set(await all())).toEqual(new Set(['Bearer 1']))
    clock.now = LIFE
    expect(new Set(await all())).toEqual(new Set(['Bearer 2']))
    expect(asked).toHaveLength(2)
  })

  test('a refused login is repeated once for all callers', async () => {
    const { asked, next } = logins()
    await next()
    const all = await Promise.all(Array.from({ length: 20 }, () => next('Bearer 1')))
    expect(new Set(all)).toEqual(new Set(['Bearer 2']))
    expect(asked).toEqual([false, true])
  })

  test('a refusal of an older login does not repeat it', async () => {
    const { asked, next } = logins()
    await next()
    await next('Bearer 1')
    expect(await next('Bearer 1')).toBe('Bearer 2')
    expect(asked).toHaveLength(2)
  })

  test('a failed login is retried by the next call, and all waiting callers get the failure', async () => {
    let tries = 0
    const authorization = remembered(
      async () => {
        if (++tries === 1) throw new Error('no')
        return { header: new Secret(`Bearer ${tries}`), goodUntil: LIFE }
      },
      () => 0,
    )
    const both = await Promise.allSettled([authorization(), authorization()])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await authorization())?.reveal()).toBe('Bearer 2')
  })

  test('a login without a header is kept, too', async () => {
    let tries = 0
    const authorization = remembered(
      async () => {
        tries++
        return { header: null, goodUntil: LIFE }
      },
      () => 0,
    )
    expect([await authorization(), await authorization()]).toEqual([null, null])
    expect(tries).toBe(1)
  })
})

describe('a masked login', () => {
  test('each token is masked once, without its scheme, before the caller gets it', async () => {
    const heard: string[] = []
    const headers = ['Bearer a', 'Bearer a', 'Basic Yg==', null]
    const authorization = masked(
      async () => {
        const header = headers.shift() ?? null
        return header === null ? null : new Secret(header)
      },
      secret => heard.push(secret),
    )
    expect((await authorization())?.reveal()).toBe('Bearer a')
    expect(heard).toEqual(['a'])
    await authorization()
    await authorization()
    expect(await authorization()).toBeNull()
    expect(heard).toEqual(['a', 'Yg=='])
  })

  test('a refused token is passed to the login', async () => {
    const seen: (string | undefined)[] = []
    const authorization = masked(
      async refused => {
        seen.push(refused?.reveal())
        return null
      },
      () => undefined,
    )
    await authorization(new Secret('Bearer old'))
    expect(seen).toEqual(['Bearer old'])
  })
})
