// Chromium for tests of the status page: that of the machine, driven without any network.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
/** Chromium asks for updates and looks up hosts of its maker unless these forbid it. */
const OFFLINE = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of the browser; null without one, with a message. Throws if COUNTERSIGN_REQUIRE_BROWSER=1. */
export function browserPath(env = process.env): string | null {
  const folders = (env['PATH'] ?? '').split(delimiter)
  const paths = NAMES.flatMap(name => folders.map(folder => join(folder, name)))
  const found = paths.find(isExecutable)
  if (found !== undefined) return found
  const message = `there is no ${NAMES.join(', ')} on the PATH: the status page is not looked at in a browser`
  if (env['COUNTERSIGN_REQUIRE_BROWSER'] === '1') throw new Error(message)
  process.stderr.write(`SKIPPED: ${message}\n`)
  return null
}

/** The browser with an empty profile. Root cannot use its sandbox, and the pages are our own. */
export function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: OFFLINE, chromiumSandbox: false })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
