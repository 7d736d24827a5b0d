import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { statusPage } from '../../../../src/output/html/status-page.ts'
import type { PageFacts } from '../../../../src/output/html/status-page.ts'
import type { StatusRow } from '../../../../src/output/terminal/status-rows.ts'
import { hostileText } from '../../../build/hostile-text.ts'
import { NOW } from '../../../build/issued.ts'
import { FRAME, earlierRow, inDays, rowOfText, statusRow } from '../../../build/status-rows.ts'

function page(rows: readonly StatusRow[], changes: Partial<PageFacts> = {}): string {
  return statusPage(rows, { ...FRAME, now: NOW, server: 'https://github.com', ...changes })
}

/** The text of an element, with its markup removed. */
function textOf(html: string, element: string): string {
  const [, inside = ''] = new RegExp(`<${element}\\b[^>]*>(.*?)</${element}>`, 's').exec(html) ?? []
  return inside.replaceAll(/<[^>]*>/g, '').trim()
}

const BLOCKED = statusRow({
  name: 'mark',
  needsAttention: true,
  state: 'blocked',
  next: 'POLICY_VALUE: change it',
  renewAt: null,
})
const DUE = statusRow({ name: 'kim', renewAt: NOW, state: 'to renew', until: inDays(30) })
const LEAVING = statusRow({ name: 'old', renewAt: null, state: 'its file is removed' })

describe('the status page', () => {
  test.each([
    [[], 'No certificates need attention'],
    [[statusRow(), BLOCKED], '1 certificate needs attention'],
    [[BLOCKED, BLOCKED, DUE], '2 certificates need attention'],
  ])('the verdict comes first, in the title too: %#', (rows, verdict) => {
    const html = page(rows)
    expect([textOf(html, 'title'), textOf(html, 'h1')]).toEqual([verdict, verdict])
  })

  test('the verdict says that clusters were not read', () =>
    expect(textOf(page([], { unreachable: 2 }), 'h1')).toBe(
      'No certificates need attention; clusters that were not read: 2',
    ))

  test('the page counts, and puts first what needs attention', () => {
    const html = page([statusRow(), DUE, LEAVING, BLOCKED], { earlier: [earlierRow()] })
    expect(html).toContain(
      '<p>4 in use or asked for · 2 expire within 7 days without renewal · 1 due for renewal · 1 out of use, still work</p>',
    )
    expect([...html.matchAll(/<tr class="(\w+)"><td>(\w+)/g)].map(([, ...row]) => row)).toEqual([
      ['attention', 'mark'],
      ['renews', 'jane'],
      ['due', 'kim'],
      ['leaving', 'old'],
      ['earlier', 'jane'],
    ])
  })

  test('the page says when it was made, and until when it is trusted', () => {
    const html = page([])
    expect(html).toContain(
      'Made <time datetime="2026-03-01T12:00:00.000Z">2026-03-01 12:00Z</time>',
    )
    expect(html).toContain('<time id="until" datetime="2026-03-02T12:00:00.000Z">')
  })

  test('times are relative for people, with the moment for programs', () =>
    expect(page([statusRow()])).toContain(
      'in 5d <small><time datetime="2026-03-06T12:00:00.000Z">2026-03-06 12:00Z</time></small>',
    ))

  test('details hold serial, SHA-256, request, commit, rule, sinks and roles', () => {
    const list = textOf(page([statusRow()]), 'dl')
    for (const text of ['80cd', 'ab12', 'requests/people/jane.yaml', 'c0ffee', 'people', 'Secret apps/jane-tls', 'view in apps']) expect(list).toContain(text) // prettier-ignore
  })

  test('pull request and commit are links if the repository is known, else text', () => {
    const linked = page([statusRow()])
    expect(linked).toContain('<a href="https://github.com/acme/certs/pull/7"')
    expect(linked).toContain('<a href="https://github.com/acme/certs/commit/c0ffee000')
    for (const repository of [null, 'acme', 'acme/certs/../..', 'a/b"c', 'a/b?c', 'a/b#'])
      expect(page([statusRow({ repository })])).not.toContain('<a ')
    expect(page([statusRow()], { server: 'javascript:x' })).not.toContain('<a ')
  })

  test('a certificate out of use says how it ended, and that it works', () => {
    const html = page([], { earlier: [earlierRow({ endedAt: inDays(-1) })] })
    expect(html).toContain('<td>renewed 1d ago<p class="soft">works until it expires</p></td>')
    expect(html).toContain('<dd>Secret apps/jane-tls, file a</dd>')
  })

  test('the policy of the page forbids everything but its own style and script', () => {
    const html = page([statusRow()])
    const hash = (element: string): string => {
      const [, code = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(html) ?? []
      return `&#39;sha256-${createHash('sha256').update(code).digest('base64')}&#39;`
    }
    expect(html).toContain(
      `content="default-src &#39;none&#39;; style-src ${hash('style')}; script-src ${hash('script')}; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    )
    expect(html).not.toMatch(/ style=| on\w+=|<link|<img|@import|url\(|src=/)
  })

  test('no text of a file or a cluster adds an element or an attribute', () => {
    const shape = (html: string): readonly string[] =>
      html.match(/<[^>]*>/g)?.map(tag => tag.replaceAll(/"[^"]*"/g, '""')) ?? []
    const expected = shape(page([statusRow({ repository: null })]))
    fc.assert(
      fc.property(
        // A text that is an owner and a name is a repository, and linked.
        hostileText().filter(text => text !== '' && !/^[\w.-]+\/[\w.-]+$/.test(text)),
        text => {
          expect(shape(page([rowOfText(text)], { owner: text }))).toEqual(expected)
        },
      ),
    )
  })
})
