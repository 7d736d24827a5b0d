// Slow work shows its seconds on a terminal.
import { jest, afterEach, beforeEach, expect, test } from '@jest/globals'
import { plain } from '../../../src/output/terminal/terminal-colours.ts'
import { csr } from '../../../src/entry/commands/csr/csr-command.ts'
import { doctor } from '../../../src/entry/commands/doctor-command.ts'
import { whileShown } from '../../../src/entry/slow-work.ts'
import type { Context } from '../../../src/entry/command-context.ts'
import { failure } from '../../../src/domain/problem.ts'
import { deferred } from '../../build/deferred.ts'
import { requestFile } from '../../build/request.ts'
import { configText } from '../../build/request-text.ts'
import { standIn } from '../../build/stand-in.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

function recorder() {
  const lines: string[] = []
  const terminal = {
    live: (_: string, text: string) => void lines.push(text),
    settle: (key: string) => void lines.push(`settled ${key}`),
  }
  const waiting = new Map<string, number>()
  return { context: { terminal, clusters: { waiting } } as never, lines, waiting }
}

test('work of less than a second shows nothing', async () => {
  const { context, lines } = recorder()
  expect(await whileShown(context, 'reading', async () => 7)).toBe(7)
  expect(lines).toEqual(['settled reading'])
})

test('longer work counts its seconds, and the line ends with it', async () => {
  const { context, lines } = recorder()
  const work = deferred()
  const done = whileShown(context, 'reading', () => work.promise)
  jest.advanceTimersByTime(2500)
  work.resolve()
  await done
  jest.advanceTimersByTime(5000)
  expect(lines).toEqual(['  … reading (1 s)', '  … reading (2 s)', 'settled reading'])
})

test('the line names the clusters that did not answer yet, with the attempt', async () => {
  const { context, lines, waiting } = recorder()
  const work = deferred()
  const done = whileShown(context, 'reading', () => work.promise)
  waiting.set('prod', 2)
  jest.advanceTimersByTime(1000)
  waiting.delete('prod')
  jest.advanceTimersByTime(1000)
  work.resolve()
  await done
  expect(lines).toEqual([
    '  … reading; prod does not answer yet, attempt 2 (1 s)',
    '  … reading (2 s)',
    'settled reading',
  ])
})

test('the line ends with work that fails', async () => {
  const { context, lines } = recorder()
  await expect(
    whileShown(context, 'reading', () => Promise.reject(new Error('no'))),
  ).rejects.toThrow('no')
  expect(lines).toEqual(['settled reading'])
})

test.each([
  ['csr list', '  … reading from test (1 s)', (context: Context) => csr(context, 'list', [], {})],
  [
    'doctor',
    '  … asking test (1 s)',
    (context: Context) =>
      doctor(context, [], { environment: 'a', approvers: null, repository: null, tokenEnv: null }),
  ],
])('%s shows that it waits for a silent cluster', async (_, line, command) => {
  const { context, lines } = recorder()
  const answer = deferred()
  const silent = async (): Promise<never> => {
    await answer.promise
    throw failure('CLUSTER_UNREACHABLE', 'gone')
  }
  const config = requestFile(configText({ owner: 'acme', namespace: 'apps' }))
  const running = command(inContext(context, config, silent)).catch(() => null)
  await jest.advanceTimersByTimeAsync(1500)
  answer.resolve()
  await running
  expect(lines).toContain(line)
})

type Cluster = Awaited<ReturnType<Context['clusters']['open']>>

/** A context with this configuration, in which every call to a cluster is `call`. */
function inContext(
  { terminal }: Pick<Context, 'terminal'>,
  config: ReturnType<typeof requestFile>,
  call: () => Promise<never>,
): Context {
  const cluster = standIn<Cluster>({
    version: call,
    signingRequests: standIn<Cluster['signingRequests']>({ list: call }),
    close: async () => undefined,
  })
  return standIn<Context>({
    terminal: standIn<Context['terminal']>({
      live: (key, text) => terminal.live(key, text),
      settle: key => terminal.settle(key),
      result: () => undefined,
    }),
    paint: plain,
    environment: {},
    options: standIn<Context['options']>({
      config: 'countersign.yaml',
      isConfigNamed: true,
      cluster: null,
      output: 'text',
    }),
    files: standIn<Context['files']>({
      read: async path => (path === 'countersign.yaml' ? { ...config, path } : null),
      list: async () => null,
    }),
    clusters: standIn<Context['clusters']>({ open: async () => cluster, waiting: new Map() }),
    clock: { now: () => new Date(), sleep: async () => undefined },
  })
}
