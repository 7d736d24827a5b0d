// What a run writes into its log: text for people, and values that the runner masks.
import { expect, test } from '@jest/globals'
import { Runner } from '../../../../../src/adapters/github/actions/action-runner.ts'

/** What is printed meanwhile, line by line. */
function logOf(act: (runner: Runner) => void): readonly string[] {
  const write = process.stdout.write.bind(process.stdout)
  let log = ''
  process.stdout.write = (text: string | Uint8Array) => {
    log += String(text)
    return true
  }
  try {
    act(new Runner({}))
  } finally {
    process.stdout.write = write
  }
  return log.trimEnd().split('\n')
}

test('the runner executes no command in text for people', () => {
  const text = '::set-output name=issued-count::9\n##[error]forged'
  const log = logOf(runner => runner.say(text))
  const [, token = ''] = /^::stop-commands::(.{36})$/.exec(log[0] ?? '') ?? []
  expect(log).toEqual([`::stop-commands::${token}`, ...text.split('\n'), `::${token}::`])
})

test('each long line of a secret is masked, and the whole in base64', () => {
  const secret = 'first line\nsecond line\nshort\n'
  expect(logOf(runner => runner.mask(secret))).toEqual([
    '::add-mask::first line',
    '::add-mask::second line',
    `::add-mask::${Buffer.from(secret).toString('base64')}`,
  ])
})
