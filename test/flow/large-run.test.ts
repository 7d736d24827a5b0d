// 200 requests at a terminal of 100 columns and 30 rows: what a person sees of plan, apply and status.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ownCluster } from '../build/own-cluster.ts'
import type { OwnCluster } from '../build/own-cluster.ts'
import { requestText } from '../build/request-text.ts'
import { atTerminal, COLUMNS, isInstalled, ROWS } from '../build/terminal-screen.ts'
import type { TerminalScreen } from '../build/terminal-screen.ts'
import { CLI } from '../build/workshop.ts'

const COUNT = 200
const REFUSED = ['u50', 'u100', 'u150', 'u200']
const NAMES = Array.from({ length: COUNT }, (_, index) => `u${index + 1}`)
let own: OwnCluster

beforeAll(async () => {
  own = await ownCluster('large')
  for (const name of NAMES) {
    const groups = [REFUSED.includes(name) ? 'wheel' : 'developers']
    own.workshop.write(`requests/${name}.yaml`, requestText({ name, groups }))
  }
})
afterAll(() => own.end())

function typed(command: string, react?: (screen: TerminalScreen) => string) {
  const { folder } = own.workshop
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    KUBECONFIG: `${folder}/kubeconfig`,
    NODE_NO_WARNINGS: '1',
    NO_COLOR: '1',
  }
  const run = { cwd: folder, env, ...(react === undefined ? {} : { react }) }
  return atTerminal(`'${process.execPath}' '${CLI}' ${command}`, run)
}

const onTerminal = process.platform === 'linux' && isInstalled('script') ? test : test.skip

onTerminal('the plan of 200 requests names each once, and its end fits a screen', async () => {
  const { lines, screen } = await typed('plan')
  const text = lines.join('\n')
  for (const name of NAMES) expect(text.match(new RegExp(`\\b${name}\\b`, 'g'))).not.toBeNull()
  expect(text.match(/ u1, u2, /g)).toHaveLength(1)
  expect(screen.join('\n')).toContain('NAME is each of 4 requests:\n    u50, u100, u150, u200\n')
  expect(screen.join('\n')).toContain('stored in   Secret apps/NAME-tls')
  expect(screen).toContain('196 to issue (stopped by the limit), 4 refused')
  expect(screen.some(line => / u1, u2, /.test(line))).toBe(false)
})

onTerminal(
  'apply asks below the details, counts the requests that are done, and says how long it takes',
  async () => {
    const questions: string[] = []
    const counts = new Set<string>()
    const { screen } = await typed('apply --max-issue 200', ({ lines, screen: now }) => {
      const count = now.find(line => / of 196 done/.test(line))
      if (count !== undefined) counts.add(count.replaceAll(/\d+/g, '#'))
      if (questions.length > 0 || !(lines.at(-1) ?? '').includes('Only yes')) return ''
      questions.push(...now)
      return 'yes\n'
    })
    expect(questions.at(-1)).toBe('Apply these 196? Only yes is accepted: ')
    expect(questions).toContain('196 to issue, 4 refused')
    expect(questions.join('\n')).toContain('logs in as  user NAME, group developers')
    expect([...counts]).toContain('  # of # done, about #s left')
    const text = screen.join('\n')
    expect(text).not.toContain('…')
    expect(text).toMatch(
      /Only yes is accepted: yes\n[^]*✓ [^]* issued [^]*\n196 of 196 · 196 done\nnext, for what each request has \(4 refused\): countersign status\n$/,
    )
  },
)

onTerminal('the status of 200 requests fits one screen, first what needs attention', async () => {
  const { lines } = await typed('status')
  expect(lines.length).toBeLessThanOrEqual(ROWS)
  expect(lines.every(line => line.length <= COLUMNS)).toBe(true)
  const attention = lines.filter(line => line.endsWith(' blocked'))
  expect(attention.map(line => line.split(' ')[0])).toEqual(REFUSED)
  expect(lines.find(line => line.startsWith('196 requests'))).toMatch(/ in 23h .* in 1\d?h/)
  expect(lines).toContain('0 due, 4 blocked, 196 later, 200 in all')
  const each = await typed('status -o wide')
  for (const name of NAMES) expect(each.lines.some(line => line.startsWith(`${name} `))).toBe(true)
})
