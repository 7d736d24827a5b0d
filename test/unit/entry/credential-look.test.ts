// How long kubectl waits for a look of `countersign credential`.
import { expect, test } from '@jest/globals'
import { limitsOf } from '../../../src/entry/commands/own-key/credential-look.ts'
import { NOW } from '../../build/issued.ts'

test('a look waits for GitHub once and for 4 seconds if a valid certificate is cached', () =>
  expect(limitsOf({ notBefore: NOW })).toEqual({ attemptMs: 4_000, totalMs: 4_000, tries: 1 }))

test('a look tries a second time if there is no valid certificate', () =>
  expect(limitsOf({ notBefore: null })).toMatchObject({ attemptMs: 8_000, tries: 2 }))
