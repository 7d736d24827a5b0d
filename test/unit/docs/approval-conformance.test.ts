// docs/approval-conformance.md lists the named histories.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { conformanceMarkdown } from '../../../scripts/approval-conformance.mjs'

test('docs/approval-conformance.md matches the histories (npm run generate)', () => {
  const path = new URL('../../../docs/approval-conformance.md', import.meta.url)
  expect(readFileSync(path, 'utf8')).toBe(conformanceMarkdown())
})
