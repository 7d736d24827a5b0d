// The status page in a real Chromium: layout, keyboard, accessibility as axe judges it, and nothing loaded.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { statusPage } from '../../../src/output/html/status-page.ts'
import { browserPath, startBrowser } from '../../browser/chromium.ts'
import { NOW, secondsAfter } from '../../build/issued.ts'
import { FRAME, earlierRow, inDays, manyRows, rowOfText } from '../../build/status-rows.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const HOSTILE = [
  '</td></table><script>window.broken=1</script>',
  '"><img src=x onerror="window.broken=1">',
  "' onmouseover='window.broken=1",
  '<!--',
  '&lt;b&gt;',
  '\u202egpj.exe',
  '\u05d0\u05d1\u05d2',
  'x'.repeat(400),
]
const hostile = HOSTILE.map(text => ({ ...rowOfText(text), needsAttention: true }))
const earlier = [
  earlierRow({ name: 'user-1', notBefore: inDays(-3), endedAt: inDays(-1) }),
  earlierRow({ name: 'user-3', ended: 'abandoned', serial: null, targets: [], notBefore: null }),
]
const FACTS = { ...FRAME, earlier, now: NOW, server: 'https://github.com' }
const PAGES: Readonly<Record<string, string>> = {
  '/many': statusPage([...manyRows(1000), ...hostile], FACTS),
  '/few': statusPage([...manyRows(20), ...hostile], FACTS),
  '/plain': statusPage(manyRows(20), FACTS),
}

const path = browserPath()
const describeBrowser = path === null ? describe.skip : describe

describeBrowser('the status page in Chromium', () => {
  let browser: Browser
  let server: Server
  let address: string
  let page: Page
  const asked: string[] = []
  const said: string[] = []

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(PAGES[request.url ?? ''] ?? '')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const at = server.address()
    if (at === null || typeof at === 'string') throw new Error('no port')
    address = `http://127.0.0.1:${at.port}`
    browser = await startBrowser(path ?? '')
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.clock.setFixedTime(secondsAfter(NOW, 3600))
    page.on('console', message => said.push(message.text()))
    page.on('pageerror', error => said.push(error.message))
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  const open = async (name: string, width = 1280): Promise<void> => {
    await page.setViewportSize({ width, height: 800 })
    await page.goto(`${address}${name}`)
  }
  const shown = () => page.locator('tbody tr:visible')
  /** The text of a column in the rows that are shown. */
  const column = (number: number): Promise<readonly string[]> =>
    shown().locator(`td:nth-child(${number})`).allTextContents()
  const focused = () => page.evaluate<string>('document.activeElement.textContent')

  test('hostile names are text, and run no script', async () => {
    await open('/few')
    expect(await page.evaluate("'broken' in window")).toBe(false)
    const names = await column(1)
    for (const text of HOSTILE.slice(0, 5)) expect(names).toContain(text)
    expect(names).toContain('\\u{202e}gpj.exe')
    expect(await shown().count()).toBe(20 + HOSTILE.length + earlier.length)
    expect(await page.locator('tbody img, tbody script').count()).toBe(0)
    const links = await page.locator('tbody a').evaluateAll(all => all.map(a => String(a)))
    expect(links.filter(link => !link.startsWith('https://github.com/acme/certs/'))).toEqual([])
  })

  test('the keyboard alone filters a thousand certificates by text and by state', async () => {
    await open('/many')
    const all = await shown().count()
    expect(all).toBe(1002 + HOSTILE.length)
    await page.keyboard.press('/')
    await page.keyboard.type('user-77 staging')
    expect(await column(1)).toEqual(expect.arrayContaining(['user-77', 'user-771', 'user-779']))
    expect(await page.locator('#count').textContent()).toBe(`6 of ${all} shown`)
    await page.keyboard.press('Escape')
    expect(await shown().count()).toBe(all)
    await page.keyboard.press('Tab')
    await page.keyboard.type('out of use')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    expect(await column(1)).toEqual(['user-1', 'user-3'])
  })

  test('the filter finds a certificate by the serial in its folded details', async () => {
    await open('/many')
    await page.locator('#words').fill((500).toString(16).padStart(32, '0'))
    expect(await column(1)).toEqual(['user-500'])
  })

  test('the keyboard alone sorts by every column in both directions, empty values last', async () => {
    await open('/plain')
    await page.keyboard.press('/')
    await page.keyboard.press('Tab')
    for (let number = 1; number <= 8; number++) {
      await page.keyboard.press('Tab')
      const head = page.locator(`th:nth-child(${number})`)
      expect(await head.textContent()).toBe(await focused())
      const keys: (readonly string[])[] = []
      for (const direction of ['ascending', 'descending']) {
        await page.keyboard.press('Enter')
        expect(await head.getAttribute('aria-sort')).toBe(direction)
        expect(await page.locator('[aria-sort]').count()).toBe(1)
        const cells = page.locator(`tbody td:nth-child(${number})`)
        keys.push(await cells.evaluateAll(all => all.map(keyOf => keyOf.getAttribute('data-key') ?? keyOf.textContent.trim()))) // prettier-ignore
      }
      const { compare } = new Intl.Collator('en', { numeric: true })
      const [up = [], down = []] = keys
      const filled = up.filter(key => key !== '-')
      const empty = up.filter(key => key === '-')
      expect(up).toEqual([...filled.toSorted(compare), ...empty])
      expect(down).toEqual([...filled.toSorted((a, b) => compare(b, a)), ...empty])
    }
  })

  test('the focus is visible on each control', async () => {
    await open('/plain')
    await page.keyboard.press('/')
    for (let count = 0; count < 12; count++) {
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outline')
      expect(outline).toMatch(/solid 2px/)
      await page.keyboard.press('Tab')
    }
  })

  test('a page of 360 pixels has no horizontal scrolling, with details open', async () => {
    await open('/few', 360)
    await page
      .locator('details')
      .evaluateAll(all => all.forEach(each => each.setAttribute('open', '')))
    const widths = () => page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
    expect(await widths()).toEqual([360, 360])
    await open('/few', 1280)
    expect(await widths()).toEqual([1280, 1280])
  })

  test.each(['light', 'dark'] as const)(
    'axe finds no violation in the %s page, wide and narrow',
    async colorScheme => {
      await page.emulateMedia({ colorScheme })
      for (const width of [1280, 360]) {
        await open('/few', width)
        await page.locator('summary').first().click()
        await page.evaluate(AXE)
        const {
          violations,
        }: { violations: readonly { id: string; nodes: readonly { html: string }[] }[] } =
          await page.evaluate('axe.run()')
        expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
      }
      const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
      const light = Number(/\d+/.exec(paper)?.[0]) > 128
      expect(light).toBe(colorScheme === 'light')
    },
  )

  test('a page older than 24 hours says that it is not to be relied on', async () => {
    await open('/plain')
    expect(await page.locator('#stale').isVisible()).toBe(false)
    await page.clock.setFixedTime(secondsAfter(NOW, 25 * 3600))
    await open('/plain')
    expect(await page.locator('#stale').isVisible()).toBe(true)
    await page.clock.setFixedTime(secondsAfter(NOW, 3600))
  })

  test('without script the table and its details can be read, and no dead control is shown', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const plain = await context.newPage()
    await plain.goto(`${address}/plain`)
    await plain.locator('summary').first().click()
    expect(await plain.locator('dd').first().isVisible()).toBe(true)
    expect(await plain.locator('input:visible, select:visible, button:visible').count()).toBe(0)
    await context.close()
  })

  test('no page logged anything or asked for anything but itself', () => {
    expect(said).toEqual([])
    expect(asked.filter(url => PAGES[url] === undefined)).toEqual([])
  })
})
