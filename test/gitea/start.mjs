// Starts Gitea's server on this machine in a folder of its own, with one administrator. It ends with `stop`, or with the calling process.
import { execFile, spawn } from 'node:child_process'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'
import { ensureGitea } from './gitea.mjs'

const START_DEADLINE = 120_000
const POLL = 50
const ADMIN = 'administrator'
const PASSWORD = 'a password of the tests'

/** Gitea ends when its input does, also if the calling process is killed. */
const WATCHED =
  'exec 3<&0; "$@" </dev/null 3<&- & server=$!; (cat <&3 >/dev/null; kill $server 2>/dev/null) & wait $server'

const execute = promisify(execFile)

/**
 * Starts the server; resolves when it answers. `from`: the folder of a stopped server whose data it starts with.
 * @param {import('./start.d.mts').StartOptions} options
 * @returns {Promise<import('./start.d.mts').GiteaServer>}
 */
export async function startGitea({ folder, from, settings = '', say = () => {} }) {
  const { server, files } = await ensureGitea(say)
  mkdirSync(folder, { recursive: true })
  if (from !== undefined) cpSync(join(from, 'data'), join(folder, 'data'), { recursive: true })
  const isNew = !existsSync(join(folder, 'data', 'gitea.db'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = join(folder, 'app.ini')
  writeFileSync(config, `${configuration({ folder, files, port })}${settings}`, { mode: 0o600 })
  // Hooks are processes of the server's program: with fewer collections of garbage each takes a third less.
  const [PATH, USER] = [process.env['PATH'], userInfo().username]
  const env = { PATH, HOME: folder, TMPDIR: folder, USER, GOGC: '400' }
  const run = args => execute(server, ['-c', config, ...args], { env })
  if (isNew) {
    await run(['migrate'])
    const account = ['--username', ADMIN, '--password', PASSWORD, '--email', `${ADMIN}@example.com`]
    await run(['admin', 'user', 'create', '--admin', '--must-change-password=false', ...account])
  }
  const logFile = join(folder, 'gitea.log')
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn('sh', ['-c', WATCHED, 'sh', server, '-c', config, 'web'], {
    env,
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  child.stdin.unref()
  const stop = async () => {
    child.ref()
    child.stdin.end()
    await ended
  }
  await answers(url, child, logFile)
  return { url, folder, logFile, admin: { login: ADMIN, password: PASSWORD }, stop }
}

async function answers(url, child, logFile) {
  const deadline = Date.now() + START_DEADLINE
  for (;;) {
    const found = await fetch(`${url}/api/v1/version`).catch(() => null)
    if (found?.ok === true) return
    if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline)
      throw new Error(`Gitea did not start:\n${readFileSync(logFile, 'utf8').slice(-4000)}`)
    await sleep(POLL)
  }
}

/**
 * The settings that differ from Gitea's own. The password hash is weak, since its cost would be most of a test; the database waits for
 * no disk, and long for a lock, because Gitea forgets the rows of a push that it could not write.
 */
function configuration({ folder, files, port }) {
  return `APP_NAME = tests
RUN_MODE = prod
RUN_USER = ${userInfo().username}
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
WORK_PATH = ${folder}

[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = http://127.0.0.1:${port}/
LOCAL_ROOT_URL = http://127.0.0.1:${port}/
APP_DATA_PATH = ${join(folder, 'data')}
STATIC_ROOT_PATH = ${files}
DISABLE_SSH = true
OFFLINE_MODE = true

[database]
DB_TYPE = sqlite3
SQLITE_TIMEOUT = 120000
SQLITE_JOURNAL_MODE = WAL&_synchronous=OFF
PATH = ${join(folder, 'data', 'gitea.db')}

[repository]
ROOT = ${join(folder, 'data', 'repositories')}

[security]
INSTALL_LOCK = true
SECRET_KEY = not-a-secret
INTERNAL_TOKEN = eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJuYmYiOjE3MDAwMDAwMDB9.tests
PASSWORD_HASH_ALGO = pbkdf2$1$10

[oauth2]
JWT_SECRET = dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGU

[session]
PROVIDER = memory

[log]
MODE = console
LEVEL = Warn

[actions]
ENABLED = false

[cron]
ENABLED = false

[indexer]
REPO_INDEXER_ENABLED = false
ISSUE_INDEXER_TYPE = db

`
}

function freePort() {
  return new Promise((resolve, reject) => {
    const listener = createServer()
    listener.once('error', reject)
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address()
      listener.close(() => resolve(port))
    })
  })
}
