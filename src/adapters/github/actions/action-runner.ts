// The runner's side of an action: inputs, log, annotations, outputs, summary, masks. Quoted file content cannot issue runner
// commands: it is printed under stop-commands or escaped by the library.
import { randomUUID } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import * as core from '@actions/core'
import type { Annotation } from '../../../domain/problem.ts'

/** Values at least this long are masked; shorter ones would mask ordinary words. */
const SHORTEST_MASK = 8

export class Runner {
  readonly #environment: Readonly<Record<string, string | undefined>>

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment
  }

  input(name: string): string {
    return core.getInput(name)
  }

  /** Text for people. The runner executes no command in it, in any spelling. */
  say(text: string): void {
    const token = randomUUID()
    core.info(`::stop-commands::${token}`)
    core.info(text)
    core.info(`::${token}::`)
  }

  annotate(annotations: readonly Annotation[]): void {
    for (const { level, title, message, at } of annotations) {
      const place = at === null ? {} : { file: at.file, startLine: at.line, startColumn: at.column }
      const properties = { title, ...place }
      if (level === 'error') core.error(message, properties)
      else core.warning(message, properties)
    }
  }

  output(name: string, value: string | number): void {
    core.setOutput(name, value)
  }

  /** Appends to the job summary. Does nothing if the runner has no summary. */
  async summarize(markdown: string): Promise<void> {
    const path = this.#environment['GITHUB_STEP_SUMMARY'] ?? ''
    if (path !== '') await appendFile(path, `${markdown}\n`)
  }

  /** The runner masks single lines only, so each line is masked on its own, and in base64 too. */
  mask(secret: string): void {
    const values = [secret, ...secret.split('\n'), Buffer.from(secret).toString('base64')]
    for (const value of values.map(each => each.trim()))
      if (value.length >= SHORTEST_MASK && !value.includes('\n')) core.setSecret(value)
  }
}
