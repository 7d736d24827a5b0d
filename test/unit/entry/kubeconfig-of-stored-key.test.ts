// What countersign kubeconfig prints for a request with a key that only its Secret has.
import { expect, test } from '@jest/globals'
import type { Context } from '../../../src/entry/command-context.ts'
import { kubeconfig } from '../../../src/entry/commands/own-key/kubeconfig-command.ts'
import type { RepositoryFiles } from '../../../src/ports/repository-files.ts'
import { configText, requestText } from '../../build/request-text.ts'
import { requestFile } from '../../build/request.ts'
import { failureOf } from '../../build/connected.ts'
import { standIn } from '../../build/stand-in.ts'

async function refusedFor(cluster: string) {
  const own = '  test: {provider: other, recordNamespace: apps}\n'
  const text = configText({ owner: 'acme', namespace: 'apps' }).replace(
    own,
    `${own}${own.replace('test', 'lab')}`,
  )
  const config = requestFile(text, { path: 'countersign.yaml' })
  const file = requestFile(requestText({ name: 'jane', more: ['clusters: [test, lab]'] }), {
    path: 'requests/jane.yaml',
  })
  const asked: (string | undefined)[] = []
  const context = standIn<Context>({
    options: standIn<Context['options']>({
      config: 'countersign.yaml',
      requests: null,
      output: 'text',
      cluster,
    }),
    terminal: standIn<Context['terminal']>({ showsResults: false }),
    environment: { HOME: '/nonexistent' },
    files: standIn<RepositoryFiles>({
      read: async path => (path === config.path ? config : null),
      list: async () => [file],
    }),
    clusters: standIn<Context['clusters']>({
      current: async pin => {
        asked.push(pin?.name)
        return { context: 'lab', credential: { kubectl: 'kubectl --context lab' } } as never
      },
    }),
  })
  const place = { pr: null, secret: null, artifact: null, certificate: null }
  const flags = { ...place, merge: false, out: null, embedKey: false, key: null } as never
  const problem = await failureOf(kubeconfig(context, ['jane'], flags))
  return { ...problem, asked }
}

test('the commands for a key in a Secret choose the context of its cluster', async () => {
  const { hint, asked } = await refusedFor('test')
  expect(hint).toContain('kubectl --context lab get secret jane-tls')
  expect(asked).toEqual(['test'])
})

test('of a request for several clusters, the Secret of the cluster that was asked for is read', async () => {
  const { message, hint, asked } = await refusedFor('lab')
  expect(asked).toEqual(['lab'])
  expect(message).toMatch(/it is only in Secret apps\/jane-tls$/)
  expect(hint).toContain('--secret apps/jane-tls --cluster lab ')
})
