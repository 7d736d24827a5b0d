import { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import { readAll } from '../../../../../src/adapters/kubernetes/http/http-body.ts'

test('a body that is closed before its end is an error, and no endless wait', async () => {
  const body = new Readable({ read: () => undefined })
  const text = readAll(body, 10)
  body.push('half')
  body.destroy()
  await expect(text).rejects.toThrow('the answer broke off')
})
