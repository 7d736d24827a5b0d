// Usage errors repeat the mistyped word and suggest a correction, before any call.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, expect, test } from '@jest/globals'
import { ownCluster } from '../build/own-cluster.ts'
import { configText, policyText, requestText } from '../build/request-text.ts'
import { CLI, Workshop } from '../build/workshop.ts'

const { cluster, workshop, end } = await ownCluster('usage')
workshop.write('requests/alice.yaml', requestText({ name: 'alice' }))

afterAll(end)

test.each([
  [['csr', 'aprove', 'x'], "unknown command 'aprove'", 'did you mean approve?'],
  [['help', 'revok'], "unknown command 'revok'", 'did you mean revoke?'],
  [['csr', 'describe'], "missing required argument 'names'", 'countersign csr describe --help'],
  [['csr', 'list', '--yes'], "unknown option '--yes'", 'countersign csr list --help'],
  [['policy', 'explane'], "unknown command 'explane'", 'did you mean explain?'],
  [
    ['policy', 'explain'],
    "missing required argument 'request'",
    'countersign policy explain --help',
  ],
  [['manifests', 'guard', '--duration', '1d'], "unknown option '--duration'", 'guard --help'],
  [['manifests', 'chart-values'], 'the controller runs in the cluster', 'auth: {inCluster: {}}'],
  [['apply', '--yes', 'alic'], 'there is no request called alic', 'did you mean "alice"?'],
  [['renew', 'alice'], "unknown command 'renew'", 'run: countersign apply alice'],
  [['plan', 'alic'], 'there is no request called alic', 'did you mean "alice"?'],
  [['status', 'alic'], 'there is no request called alic', 'did you mean "alice"?'],
  [['status', 'alice', '--html', '-'], '--html writes every certificate', 'leave names'],
  [['plan', '-o', 'wide'], '--output wide is for status', 'use one of text, json, yaml'],
  [['status', '--html', '-', '--expiring', '7d'], '--html writes every certificate', 'leave'],
  [['sandbox', '--port', 'abc'], '--port abc is not a port', 'a number up to 65535'],
])('countersign %j reports: %s; %s', async (words, message, hint) => {
  const ran = await workshop.run(words)
  expect([ran.code, ran.stdout]).toEqual([2, ''])
  expect(ran.stderr).toContain(message)
  expect(ran.stderr).toContain(hint)
  const changes = cluster.log.filter(
    ({ method, path }) => method === 'POST' && !/reviews$|dryRun=/.test(path),
  )
  expect(changes).toEqual([])
})

test('plan, status, prove and policy explain take the name of a request, and prove a part of its serial', async () => {
  for (const name of ['bob', 'carol'])
    workshop.write(`requests/team/${name}.yaml`, requestText({ name }))
  const planned = await workshop.run(['plan', 'bob'])
  expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining('\n1 to issue')])
  expect(planned.stdout).not.toMatch(/alice|carol/)
  const applied = await workshop.run(['apply', '--yes', 'bob', 'carol'])
  expect(applied.code).toBe(0)
  const status = await workshop.run(['status', 'bob'])
  expect(status.stdout).toMatch(/^NAME[^\n]*\nbob[^\n]*\n0 due, 1 later, 1 in all\n/)
  const base = await workshop.run(['plan', 'carol', '--cluster', 'test', '-o', 'json'])
  expect(JSON.parse(base.stdout)).toMatchObject({ steps: [{ kind: 'keep', name: 'carol' }] })
  const serial = /bob +issued +serial (\S+…)/.exec(applied.stdout)?.[1] ?? ''
  const proved = await workshop.run(['prove', serial])
  expect([proved.code, proved.stdout]).toEqual([0, expect.stringContaining('the record of bob')])
  const statement = await workshop.run(['prove', 'bob', '-o', 'intoto'])
  expect(statement.stderr).toContain('APPROVAL_EVIDENCE_MISSING')
  const explained = await workshop.run(['policy', 'explain', 'bob'])
  expect([explained.code, explained.stderr]).toEqual([0, ''])
  for (const name of ['bob', 'carol']) workshop.remove(`requests/team/${name}.yaml`)
})

test('Ctrl-C while apply waits for a silent API server says that nothing was started, and ends at once', async () => {
  const silent = createServer()
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const outside = new Workshop()
  outside.useKubeconfig({ server: `https://127.0.0.1:${port}`, caPem: cluster.caPem }, {})
  outside.write('countersign.yaml', configText({ owner: 'acme', namespace: 'apps' }))
  outside.write('policies/everybody.yaml', policyText('apps'))
  outside.write('requests/alice.yaml', requestText({ name: 'alice' }))
  const ran = await outside.run(['apply', '--yes'], {
    meanwhile: async child => {
      await once(silent, 'connection')
      child.kill('SIGINT')
    },
  })
  silent.close()
  outside.end()
  expect(ran).toMatchObject({ code: 130, stdout: '', stderr: 'interrupted: nothing was started\n' })
})

test('the sandbox reports a port that is in use', async () => {
  const port = new URL(cluster.server).port
  const ran = await workshop.run(['sandbox', '--port', port])
  expect([ran.code, ran.stdout]).toEqual([2, ''])
  expect(ran.stderr).toContain(`--port ${port} is already in use`)
})

test('a group without a command prints its help on stderr and fails', async () => {
  const ran = await workshop.run(['csr'])
  expect([ran.code, ran.stdout]).toEqual([2, ''])
  expect(ran.stderr).toContain('approve <names...>')
})

test('a mistake in arguments is a report with -o json', async () => {
  const ran = await workshop.run(['csr', 'aprove', '-o', 'json'])
  expect([ran.code, ran.stderr]).toEqual([2, ''])
  expect(JSON.parse(ran.stdout)).toMatchObject({ problems: [{ code: 'RUN_USAGE' }] })
})

test('global flags may be written before or after the command', async () => {
  for (const words of [
    ['--cluster', 'nope', 'csr', 'list'],
    ['csr', '--cluster', 'nope', 'list'],
    ['csr', 'list', '--cluster', 'nope'],
  ]) {
    const ran = await workshop.run(words)
    expect([ran.code, ran.stdout]).toEqual([2, ''])
    expect(ran.stderr).toContain('there is no cluster "nope"')
  }
})

test.each([
  ['stdout', ['--help']],
  ['stdout', ['validate']],
  ['stdout', ['plan', '-o', 'json']],
  ['stderr', ['csr', 'aprove']],
] as const)(
  'a closed %s of %j ends the program without output and with the exit code of SIGPIPE',
  async (unread, words) => {
    const ran = await workshop.run(words, { unread })
    expect(ran).toEqual({ code: 141, signal: null, stdout: '', stderr: '' })
  },
)

test.each([
  ['stdout', '>', 'error: RUN_FILES  the output cannot be written: no space left on device\n'],
  ['stdout and stderr', '&>', ''],
])('a full disk at %s ends the program with one line and exit code 2', (_, redirect, line) => {
  const script = `"$0" "$1" --help ${redirect} /dev/full`
  const ran = spawnSync('bash', ['-c', script, process.execPath, CLI], { encoding: 'utf8' })
  expect([ran.status, ran.stdout, ran.stderr]).toEqual([2, '', line])
})

test('a shell reports the same exit code for a program that SIGPIPE ended', async () => {
  const ran = await workshop.run(['validate'], { unread: 'stdout' })
  const shell = spawnSync('bash', ['-c', 'yes | head -1 >/dev/null; echo ${PIPESTATUS[0]}'])
  expect(`${ran.code}\n`).toBe(shell.stdout.toString())
})

test.each([
  [
    ['new', 'kim'],
    'CONFIG_MISSING  there is no countersign.yaml',
    'countersign bootstrap --cluster',
  ],
  [['doctor'], 'CONFIG_MISSING  there is no countersign.yaml', 'countersign bootstrap --cluster'],
  [['plan', '--base', 'HEAD'], 'is in no git repository', 'leave out --base'],
  [['prove', 'a.yaml'], 'the repository at GitHub is not known', '--repository OWNER/NAME'],
  [['validate'], 'there is no folder requests', 'name the folder with --requests FOLDER'],
])('outside of a git repository countersign %j reports: %s; %s', async (words, message, hint) => {
  const outside = new Workshop()
  const ran = await outside.run(words)
  outside.end()
  const said = ran.stdout + ran.stderr
  expect([ran.code === 0, said.match(/error:/g)]).toEqual([false, ['error:']])
  expect(said).toContain(message)
  expect(said).toContain(hint)
})

test('outside of a git repository the next step of new names no git command', async () => {
  const outside = new Workshop()
  outside.write('countersign.yaml', configText({ owner: 'acme', namespace: 'apps' }))
  outside.write('policies/everybody.yaml', policyText('apps'))
  const ran = await outside.run(['new', 'kim'])
  outside.end()
  expect([ran.code, ran.stderr]).toEqual([0, ''])
  expect(ran.stdout).toContain('next: commit the file in a clone of your repository')
  expect(ran.stdout).not.toContain('git ')
})
