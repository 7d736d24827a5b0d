// npm run demo: the main task from start to end, on the embedded cluster. The commands are shown and run; then the same by code
// review, at GitHub's double (test/demo/pull-request.ts).
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { testEnvironment } from './environment.mjs'
import { ROOT } from './run.mjs'

const CLI = join(ROOT, 'dist/cli/index.js')
const started = Date.now()
const folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'))
const kubeconfig = join(folder, 'kubeconfig')
const env = { ...testEnvironment(folder), KUBECONFIG: kubeconfig }
for (const name of ['countersign.yaml', 'policies', 'requests'])
  cpSync(join(ROOT, name), join(folder, name), { recursive: true })

const sandbox = spawn(process.execPath, [CLI, 'sandbox', '--write-kubeconfig', kubeconfig], {
  cwd: folder,
  env,
})
const story = [join(ROOT, 'scripts/typescript.mjs'), join(ROOT, 'test/demo/pull-request.ts')]
const github = spawn(process.execPath, ['--import', ...story], {
  env: {
    ...testEnvironment(folder),
    COUNTERSIGN_ACTION: join(ROOT, 'dist/index.js'),
  },
  stdio: ['ignore', 'pipe', 'inherit'],
})
// Started now, shown later.
const byReview = collected(github)
byReview.catch(() => undefined)
try {
  await firstLine(sandbox)
  say(
    'A request is one small file; defaults in countersign.yaml give signer, usages, duration and the Secret.',
  )
  show('requests/people/jane.yaml')
  await type('validate')
  await type('plan')
  await type('apply', '--yes')
  say('Again: it looks at the cluster and does only what is missing.')
  await type('apply', '--yes')
  say('A group more in the file means another certificate; a comment does not.')
  edit(
    'requests/people/jane.yaml',
    'organizations: [developers]',
    'organizations: [developers, releasers]',
  )
  await type('apply', '--yes')
  say('What no signer would do is refused before anything is created.')
  write(
    'requests/people/root.yaml',
    readText('requests/people/jane.yaml')
      .replace('name: jane', 'name: root')
      .replace(/commonName.*/, 'commonName: root\n  usages: [client auth, server auth]')
      .replace('[developers, releasers]', '["system:masters"]'),
  )
  await type('plan')
  edit('requests/people/root.yaml', '[client auth, server auth]', '[client auth]')
  edit('requests/people/root.yaml', '"system:masters"', 'owners')
  say('What a policy does not allow is denied, with the reason; policies are tested like code.')
  await type('policy', 'explain', 'requests/people/root.yaml')
  await type('policy', 'test')
  await type('status')
  console.log(await byReview)
  console.log(`\ndone in ${((Date.now() - started) / 1000).toFixed(1)} s; nothing is left behind`)
} finally {
  sandbox.kill('SIGTERM')
  github.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
}

/** Runs and shows one command; a refusal (exit code 1) is part of the demo. */
async function type(...args) {
  console.log(`\n$ countersign ${args.join(' ')}`)
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise(resolve => child.on('close', resolve))
  if (code !== 0 && code !== 1) throw new Error(`countersign ${args.join(' ')} ended with ${code}`)
}

async function collected(child) {
  let text = ''
  child.stdout.setEncoding('utf8').on('data', more => (text += more))
  const code = await new Promise(resolve => child.on('close', resolve))
  if (code !== 0) throw new Error(`the pull request ended with ${code}`)
  return text.trimEnd()
}

async function firstLine(child) {
  child.stderr.pipe(process.stderr)
  for await (const _ of createInterface({ input: child.stdout })) return
  throw new Error('the sandbox did not start')
}

function say(text) {
  console.log(`\n# ${text}`)
}

function show(path) {
  console.log(`\n$ cat ${path}\n${readText(path).trimEnd()}`)
}

function edit(path, from, to) {
  const before = readText(path)
  if (!before.includes(from)) throw new Error(`${path} does not hold "${from}"`)
  write(path, before.replace(from, to))
  console.log(`\n$ sed -i 's/${from}/${to}/' ${path}`)
}

function readText(path) {
  return readFileSync(join(folder, path), 'utf8')
}

function write(path, text) {
  writeFileSync(join(folder, path), text)
}
