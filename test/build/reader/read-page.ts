// Follows a page of the documents from top to bottom, as a reader would.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isAsShown } from './printed-text.ts'
import type { CommandStep, Page } from './page-steps.ts'
import type { ReaderWorld } from './reader-world.ts'

const DIGEST = /trusted-config:? (sha256:[0-9a-f]{64})/

export interface Followed {
  readonly step: CommandStep
  /** What the command printed, with the addresses of the documents. */
  readonly printed: string
  readonly exitCode: number
  readonly isAsShown: boolean
}

/** The first command that does something else than the page says, with what it printed; null if there is none. */
export async function faultOf(page: Page, world: ReaderWorld): Promise<string | null> {
  let fault: string | null = null
  await follow(page, world, ({ step, printed, exitCode, isAsShown: isRight }) => {
    if (isRight && exitCode === step.exitCode) return
    fault ??= `${page.path}:${step.line}  $ ${step.text}\nexit code ${exitCode}\n${printed}`
  })
  return fault
}

/** Runs every command, and reports each. On a machine without kubectl its commands are left out; without Gitea, what begins with it. */
export async function follow(
  page: Page,
  world: ReaderWorld,
  report: (followed: Followed) => void,
): Promise<void> {
  const terminal = await world.terminal(page.place)
  const folder = async (): Promise<string> => (await terminal.type('pwd')).printed.trim()
  let trusted = ''
  for (const step of page.steps) {
    if (step.kind === 'file') write(join(await folder(), step.path), step.text)
    if (step.kind === 'deed') await world.does(step.text)
    if (step.kind !== 'command') continue
    // Everything after it needs the server.
    if (/^gitea\b/.test(step.text) && !world.has('gitea')) return
    if (/\bkubectl\b/.test(step.text) && !world.has('kubectl')) continue
    if (step.isSecondTerminal) {
      await start(step, await folder(), world)
      continue
    }
    const { printed, exitCode } = await terminal.type(world.asTyped(withDigest(step.text, trusted)))
    const text = world.asShown(printed)
    trusted = DIGEST.exec(printed)?.[1] ?? trusted
    report({
      step,
      printed: text,
      exitCode,
      isAsShown: step.printed === null || isAsShown(step.printed, text),
    })
    world.publish()
  }
}

/** A reader copies the digest from what was printed last. */
function withDigest(command: string, trusted: string): string {
  return trusted === '' ? command : command.replaceAll(/\bsha256:[0-9a-f]{64}\b/g, trusted)
}

/** The command keeps running until the world ends. */
async function start(step: CommandStep, folder: string, world: ReaderWorld): Promise<void> {
  const terminal = await world.terminal('folder')
  await terminal.type(`cd '${folder}'`)
  await terminal.start(world.asTyped(step.text), printed =>
    isAsShown(step.printed ?? '', world.asShown(printed)),
  )
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
