// The step for Slack in docs/reference/action.md, run by a shell as a runner would: what arrives at the webhook.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { blocksOf, textOf } from '../../build/documents.ts'

const [step] = blocksOf('docs/reference/action.md')
  .filter(block => block.text.includes('SLACK_WEBHOOK'))
  .flatMap(block => parse(block.text))

test.each([
  ['counts', { BLOCKED: '2', FAILED: '1' }, '2 blocked, 1 failed'],
  ['a run that could not end', { BLOCKED: '', FAILED: '' }, '? blocked, ? failed'],
])('the step for Slack sends %s as one message', async (_, counts, said) => {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    void text(request).then(body => {
      bodies.push(body)
      response.end('ok')
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const own = {
      SLACK_WEBHOOK: `http://127.0.0.1:${port}/hook`,
      RUN: 'https://example.com/runs/7',
    }
    const env = { PATH: process.env['PATH'], ...own, ...counts }
    await promisify(execFile)('bash', ['-eo', 'pipefail', '-c', step.run], { env })
    const told = bodies.map(body => JSON.parse(body))
    expect(told).toEqual([{ text: `countersign: ${said}: https://example.com/runs/7` }])
  } finally {
    server.close()
  }
})

test('the step for Slack uses outputs that the action has', () => {
  const { outputs } = parse(textOf('action.yml'))
  const used = [...JSON.stringify(step).matchAll(/steps\.countersign\.outputs\.([\w-]+)/g)]
  expect(Object.keys(outputs)).toEqual(expect.arrayContaining(used.map(([, name]) => name)))
  expect(used.length).toBeGreaterThan(0)
})
