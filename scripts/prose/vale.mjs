// Runs vale with the rules of this folder. It is built once with Go, into the cache.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cacheFolder } from '../../test/control-plane/binaries.mjs'
import { ROOT } from '../run.mjs'

const VALE = '3.22.0'
const FOLDER = join(cacheFolder(), 'workflow-tools', `vale-${VALE}`)
const PROGRAM = join(FOLDER, 'vale')

/**
 * @typedef {{ readonly name: string, readonly text: string }} Page
 * @typedef {{ readonly page: string, readonly line: number, readonly column: number, readonly rule: string, readonly message: string,
 *   readonly isError: boolean }} Finding
 */

/** Whether vale is built already. */
export function hasVale() {
  return existsSync(PROGRAM)
}

/** Builds vale if necessary. Throws without Go. */
export function ensureVale() {
  if (hasVale()) return
  execFileSync('go', ['install', `github.com/vale-cli/vale/v3/cmd/vale@v${VALE}`], {
    env: { ...process.env, GOBIN: FOLDER, CGO_ENABLED: '1' },
    stdio: 'inherit',
  })
}

/**
 * The findings in pages of Markdown.
 * @param {readonly Page[]} pages
 * @returns {readonly Finding[]}
 */
export function judge(pages) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-prose-'))
  try {
    for (const { name, text } of pages) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    // With one .vale.ini named, vale ignores the settings of the person who runs it.
    const config = ['--config', join(ROOT, '.vale.ini'), '--minAlertLevel', 'warning']
    const { stdout, stderr, status } = spawnSync(
      PROGRAM,
      [...config, '--output', 'JSON', ...pages.map(({ name }) => name)],
      { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    )
    if (status !== 0 && status !== 1) throw new Error(`vale failed: ${stderr || stdout}`)
    return Object.entries(JSON.parse(stdout)).flatMap(([page, alerts]) =>
      alerts.map(alert => ({
        page,
        line: alert.Line,
        column: alert.Span[0],
        rule: alert.Check.replace(/^countersign\./, ''),
        message: alert.Message,
        isError: alert.Severity === 'error',
      })),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
