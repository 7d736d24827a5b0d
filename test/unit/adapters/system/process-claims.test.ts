import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { osUser, systemProcesses } from '../../../../src/adapters/system/process-claims.ts'

const hasProc = existsSync('/proc/self/stat')
const onLinux = hasProc ? describe : describe.skip

function sleeper(): ChildProcess {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
}

/** The holder string that a process of this machine would have. */
function holderOf(pid: number): string {
  const [who, machine] = systemProcesses(null).holder.split(' ')
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return `${who} ${machine} ${pid} ${start}`
}

test('a holder names who, machine, process and its start', () => {
  const { holder } = systemProcesses(null)
  expect(holder.split(' ')).toHaveLength(4)
  expect(holder.split(' ')[0]).toContain(`${osUser().replaceAll(' ', '-')}@`)
  expect(holder.split(' ')[2]).toBe(String(process.pid))
})

test('a run in GitHub is named by it, in one word', () => {
  expect(systemProcesses('acme/certs run 7').holder).toMatch(/^acme\/certs-run-7 /)
})

test('the same process has the same holder', () => {
  expect(systemProcesses(null).holder).toBe(systemProcesses(null).holder)
})

onLinux('a holder', () => {
  const processes = systemProcesses(null)

  test('that is this process is not gone', () => {
    expect(processes.isGone(processes.holder)).toBe(false)
  })

  test('that runs is not gone; that was killed is, reaped or not', async () => {
    const child = sleeper()
    const holder = holderOf(child.pid ?? 0)
    expect(processes.isGone(holder)).toBe(false)
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    await ended
    expect(processes.isGone(holder)).toBe(true)
  })

  test('that is stopped is not gone: it may come back', async () => {
    const child = sleeper()
    const holder = holderOf(child.pid ?? 0)
    child.kill('SIGSTOP')
    expect(processes.isGone(holder)).toBe(false)
    child.kill('SIGKILL')
    await once(child, 'close')
  })

  test('whose process id belongs to a later process is gone', () => {
    const [who, machine, pid, start] = processes.holder.split(' ')
    expect(processes.isGone(`${who} ${machine} ${pid} ${Number(start) - 1}`)).toBe(true)
  })

  test.each([
    ['of another machine', (holder: string) => holder.replace(/ \S+\//, ' 0000/')],
    ['of another pid namespace', (holder: string) => holder.replace(/\/\d+ /, '/1 ')],
    ['that says no process', (holder: string) => holder.split(' ').slice(0, 2).join(' ')],
    ['whose process is a word', (holder: string) => holder.replace(/ \d+ (\d+)$/, ' x $1')],
    ['that is empty', () => ''],
    ['that is one word', () => 'owner@host'],
  ])('%s is never known to be gone', (_, change) => {
    expect(processes.isGone(change(processes.holder))).toBe(false)
  })
})
