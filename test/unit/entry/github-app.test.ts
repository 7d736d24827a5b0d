// The values of a GitHub App, before its key is read.
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { appTokensOfEnvironment } from '../../../src/entry/github-app.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { failureOf } from '../../build/connected.ts'

const PEM = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

const given = (id: string, key: string) =>
  appTokensOfEnvironment(
    { COUNTERSIGN_APP_ID: id, COUNTERSIGN_APP_PRIVATE_KEY: key },
    systemClock,
    {},
  )

describe('the id of a GitHub App', () => {
  test.each(['12', 'Iv1.8a61f9b3a7aba766', 'Iv23liABCDEFGHIJKLMN'])(
    'the App id or client id %s is accepted',
    id => expect(given(id, PEM)).not.toBeNull(),
  )

  test.each([
    ['a private key', PEM, '12'],
    ['a name', 'my-app', PEM],
    ['a text of 41 letters', 'a'.repeat(41), PEM],
  ])('%s in place of the id is refused, and not shown', async (_, id, key) => {
    const parts = id.split('\n').filter(line => line !== '')
    expect(await failureOf((async () => given(id, key))(), parts)).toMatchObject({
      code: 'RUN_USAGE',
      message:
        'COUNTERSIGN_APP_ID is not the id of a GitHub App: at most 40 letters, digits and dots',
    })
  })
})
