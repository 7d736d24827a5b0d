// The output of act --json, one object per line, as the result of a runner.

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly file: string | null
  readonly line: number | null
  readonly message: string
}

export interface ActReport {
  /** Result of each job that ran, by its id. */
  readonly jobs: Readonly<Record<string, string>>
  /** Result of each step that ran, by its name. */
  readonly steps: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
  readonly annotations: readonly Annotation[]
  readonly masks: readonly string[]
  readonly summary: string
  /** The visible log. */
  readonly log: string
  /** All output, except the commands that mask values. */
  readonly lines: readonly string[]
}

/** act exits with 0 if it skipped a job without a runner; GitHub would have run it. */
const SKIPPED = /Skipping unsupported platform/

/** Throws if a job was skipped or act itself failed. */
export function readAct(stdout: string, stderr: string): ActReport {
  const events = stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => ({ line, event: JSON.parse(line) }))
  const log = events.map(({ event }) => String(event.msg ?? '')).join('\n')
  if (SKIPPED.test(log) || events.length === 0)
    throw new Error(`act ran nothing:\n${log}\n${stderr}`)
  const commands = (name: string) =>
    events.flatMap(({ event }) => (event.command === name ? [event] : []))
  const levels = ['error', 'warning', 'notice'] as const
  return {
    jobs: Object.fromEntries(
      events.flatMap(({ event }) => (event.jobResult ? [[event.jobID, event.jobResult]] : [])),
    ),
    steps: Object.fromEntries(
      events.flatMap(({ event }) =>
        event.stepResult && event.stage === 'Main' ? [[event.step, event.stepResult]] : [],
      ),
    ),
    outputs: Object.fromEntries(commands('set-output').map(({ name, arg }) => [name, arg])),
    annotations: levels.flatMap(level =>
      commands(level).map(({ kvPairs, arg }) => ({
        level,
        title: kvPairs?.title ?? '',
        file: kvPairs?.file ?? null,
        line: kvPairs?.line === undefined ? null : Number(kvPairs.line),
        message: arg,
      })),
    ),
    masks: commands('add-mask').map(({ arg }) => String(arg)),
    summary: commands('summary')
      .map(({ content }) => String(content))
      .join('\n'),
    log,
    lines: events.flatMap(({ line, event }) => (event.command === 'add-mask' ? [] : [line])),
  }
}
