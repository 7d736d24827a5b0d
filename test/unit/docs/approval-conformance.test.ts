// docs/approval-conformance.md is what the named histories say.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { conformanceMarkdown } from '../../../scripts/approval-conformance.mjs'

test('docs/approval-conformance.md is what the histories say (npm run generate)', () => {
  const path = new URL('../../../docs/approval-conformance.md', import.meta.url)
  expect(readFileSync(path, 'utf8')).toBe(conformanceMarkdown())
})
