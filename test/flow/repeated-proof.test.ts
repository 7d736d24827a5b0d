// The proof of a running apply is repeated, and looks at the sinks like the first one.
import { expect, test } from '@jest/globals'
import { acmeWith, apply } from '../build/counted-apply.ts'

/** Seconds after which a proof is repeated before its step starts, and one more. */
const STALE = 31

test('a certificate that only its missing Secret asks for is renewed also by a repeated proof', async () => {
  const { acme, own } = await acmeWith(1, 1)
  try {
    expect(await apply(acme)).toBe(1)
    const { admin } = own.place
    const path = '/api/v1/namespaces/apps/secrets'
    const { items } = (await admin.get(path)).body
    const names = items.map(({ metadata }) => metadata.name)
    const [secret] = names.filter((name: string) => name.endsWith('-tls'))
    expect((await admin.delete(`${path}/${secret}`)).code).toBe(200)
    expect(await apply(acme, 20, STALE)).toBe(1)
  } finally {
    await acme.end()
    await own.end()
  }
})
