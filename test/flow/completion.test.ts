// Completion of values in the real shells: a line and a tab are typed at a terminal, and the completed line runs. A shell that is not
// installed is skipped with a message, unless COUNTERSIGN_REQUIRE_SHELLS=1.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { configText, policyText, requestText } from '../build/request-text.ts'
import { isInstalled } from '../build/terminal-screen.ts'
import { CLI, Workshop } from '../build/workshop.ts'

const CONTEXTS = ['arn:aws:eks:eu-1:12:cluster/prod', 'jane@prod', '$(touch${IFS}pwned)', 'a b']
const workshop = new Workshop()
let calls = 0
const api = createServer(socket => {
  calls++
  socket.destroy()
})

beforeAll(async () => {
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const address = api.address()
  const server = `https://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
  const config = configText({ owner: 'acme', namespace: 'apps' })
  workshop.write('countersign.yaml', config.replace('provider: other', `provider: other, server: "${server}"`)) // prettier-ignore
  workshop.write('policies/everybody.yaml', policyText('apps'))
  for (const name of ['jane', 'lee']) workshop.write(`requests/${name}.yaml`, requestText({ name }))
  const contexts = CONTEXTS.map(name => ({ name, context: { cluster: 'a', user: 'a' } }))
  const entries = {
    clusters: [{ name: 'a', cluster: { server } }],
    users: [{ name: 'a', user: {} }],
  }
  workshop.write(
    'kubeconfig',
    stringify({ apiVersion: 'v1', kind: 'Config', contexts, ...entries }),
  )
  // Completion runs countersign; the completed line only prints its words.
  workshop.write(
    'bin/countersign',
    `#!/bin/sh\n[ "$1" = completion ] && exec '${process.execPath}' '${CLI}' "$@"\nprintf RAN; printf ' <%s>' "$@"; echo\n`,
  )
  chmodSync(join(workshop.folder, 'bin/countersign'), 0o755)
  workshop.write('bashrc', '. <(countersign completion bash)\n')
  workshop.write(
    '.zshrc',
    'autoload -U compinit; compinit -D -u; . <(countersign completion zsh)\n',
  )
})
afterAll(() => {
  api.close()
  workshop.end()
})

/** What the program prints with this standard input. */
async function printed(program: string, args: readonly string[], input: string): Promise<string> {
  const { folder } = workshop
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      ZDOTDIR: folder,
      KUBECONFIG: join(folder, 'kubeconfig'),
      TERM: 'dumb',
      NODE_NO_WARNINGS: '1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(input)
  return text(child.stdout)
}

/** The words of the line after a tab. `script` of util-linux gives the shell a terminal. */
async function afterTab(shell: string, line: string): Promise<string | undefined> {
  const out = await printed('script', ['-qec', shell, '/dev/null'], `countersign ${line}\t\nexit\n`)
  return /^RAN (.*?)\r?$/m.exec(out)?.[1]
}

const hasTerminal = process.platform === 'linux' && isInstalled('script')

for (const [name, command] of [
  ['bash', 'bash --noprofile --rcfile bashrc -i'],
  ['zsh', 'zsh -i'],
] as const)
  (hasTerminal && isInstalled(name) ? test : test.skip).each([
    ['plan le', '<plan> <lee>'],
    ['policy explain ja', '<policy> <explain> <jane>'],
    ['plan --cluster t', '<plan> <--cluster> <test>'],
    ['plan --context arn', `<plan> <--context> <${CONTEXTS[0]}>`],
    ['plan --context arn:aws:e', `<plan> <--context> <${CONTEXTS[0]}>`],
    ['plan --context jane@p', '<plan> <--context> <jane@prod>'],
    ['status -o w', '<status> <-o> <wide>'],
    ['csr list -o w', '<csr> <list> <-o> <w>'],
  ])(`${name} completes %s to %s`, async (line, words) => {
    expect(await afterTab(command, line)).toBe(words)
  })
;(isInstalled('fish') ? test : test.skip).each([
  ['plan ', ['jane', 'lee']],
  ['plan --cluster ', ['test']],
  ['plan --context ', CONTEXTS.slice(0, 3)],
  ['status -o ', ['json', 'text', 'wide', 'yaml']],
  ['plan -o ', ['json', 'text', 'yaml']],
])('fish offers for "%s": %j', async (line, words) => {
  const asked = `source (countersign completion fish | psub); complete -C 'countersign ${line}'`
  const offered = (await printed('fish', ['--no-config', '-c', asked], '')).split('\n')
  const found = offered.map(each => each.split('\t')[0] ?? '')
  expect(found).toEqual(expect.arrayContaining([...words]))
  if (line.includes(' -')) expect(found.filter(each => each !== '')).toHaveLength(words.length)
})

test('outside of a checkout there are no values, and no empty line that would be one', async () => {
  workshop.write('elsewhere/readme', '')
  for (const what of ['requests', 'clusters']) {
    const ran = await workshop.run(['completion', what], { folder: 'elsewhere' })
    expect(ran).toMatchObject({ code: 0, stdout: '' })
  }
})

test('completion calls no API server, and a name in a file is not run by a shell', async () => {
  if (hasTerminal && isInstalled('bash'))
    await afterTab('bash --noprofile --rcfile bashrc -i', 'plan --context \\$')
  expect(calls).toBe(0)
  expect(() => workshop.read('pwned')).toThrow('ENOENT')
})
