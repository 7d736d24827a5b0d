import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { commitLink, fileLink, runLink } from '../../../../src/output/comment/page-links.ts'
import { hostileText } from '../../../build/hostile-text.ts'
import { HEAD, LINKS } from '../../../build/plan-page.ts'
import { rendered } from '../../../build/rendered.ts'
import { runs } from '../../../build/extent.ts'

const BLOB = `${LINKS.repository}/blob/${HEAD}`

test.each([
  ['requests/jane.yaml', 7, 'requests/jane.yaml#L7'],
  ['requests/a b (c)/ü.yaml', undefined, 'requests/a%20b%20%28c%29/%C3%BC.yaml'],
  ['requests/%2e%2e/x#y?z', undefined, 'requests/%252e%252e/x%23y%3Fz'],
])('the link to %s leads to the file at the commit', (path, line, address) => {
  const { own, text } = rendered(fileLink(path, { links: LINKS, commit: HEAD, line }).markdown)
  expect(own).toEqual([`${BLOB}/${address}`])
  expect(text.trim()).toBe(path)
})

test('a hostile path is one link below the commit and nothing else', () => {
  fc.assert(
    fc.property(hostileText(), path => {
      const page = rendered(`x ${fileLink(path, { links: LINKS, commit: HEAD }).markdown} y`)
      expect([page.linked, page.unbalanced]).toEqual([[], []])
      expect(page.own).toHaveLength(1)
      expect(page.own[0]?.startsWith(`${BLOB}/`)).toBe(true)
    }),
    { numRuns: runs(300, 60) },
  )
})

test('a page without addresses has text in place of links', () => {
  expect(fileLink('a.yaml', { links: null, commit: HEAD }).markdown).toBe('`a.yaml`')
  expect(commitLink(HEAD, null).markdown).toBe('`9ab31c0`')
  expect(runLink({ repository: LINKS.repository, run: null })).toBeNull()
})
