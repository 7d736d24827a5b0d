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

test('a holder names user, machine, process and its start', () => {
  const { holder } = systemProcesses(null)
  expect(holder.split(' ')).toHaveLength(4)
  expect(holder.split(' ')[0]).toContain(`${osUser().replaceAll(' ', '-')}@`)
  expect(holder.split(' ')[2]).toBe(String(process.pid))
})

test('a run on GitHub is the holder, as one word', () => {
  expect(systemProcesses('acme/certs run 7').holder).toMatch(/^acme\/certs-run-7 /)
})

test('the holder of one process is always the same', () => {
  expect(systemProcesses(null).holder).toBe(systemProcesses(null).holder)
})

onLinux('a holder', () => {
  const processes = systemProcesses(null)

  test('the holder of this process is not gone', () => {
    expect(processes.isGone(processes.holder)).toBe(false)
  })

  test('a running holder is not gone, and a killed one is gone, reaped or not', async () => {
    const child = sleeper()
    const holder = holderOf(child.pid ?? 0)
    expect(processes.isGone(holder)).toBe(false)
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    await ended
    expect(processes.isGone(holder)).toBe(true)
  })

  test('a stopped holder is not gone, since it may continue', async () => {
    const child = sleeper()
    const holder = holderOf(child.pid ?? 0)
    child.kill('SIGSTOP')
    expect(processes.isGone(holder)).toBe(false)
    child.kill('SIGKILL')
    await once(child, 'close')
  })

  test('a holder is gone where a later process has its process id', () => {
    const [who, machine, pid, start] = processes.holder.split(' ')
    expect(processes.isGone(`${who} ${machine} ${pid} ${Number(start) - 1}`)).toBe(true)
  })

  test.each([
    ['of another machine', (holder: string) => holder.replace(/ \S+\//, ' 0000/')],
    ['of another pid namespace', (holder: string) => holder.replace(/\/\d+ /, '/1 ')],
    ['without a process', (holder: string) => holder.split(' ').slice(0, 2).join(' ')],
    ['with a word as process', (holder: string) => holder.replace(/ \d+ (\d+)$/, ' x $1')],
    ['without text', () => ''],
    ['of one word', () => 'owner@host'],
  ])('a holder %s is never gone', (_, change) => {
    expect(processes.isGone(change(processes.holder))).toBe(false)
  })
})
