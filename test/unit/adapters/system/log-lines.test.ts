// The lines of a log, plain or gzip, in memory that does not grow with it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from '@jest/globals'
import { AuditLog } from '../../../../src/core/audit/audit-log.ts'
import { auditLine } from '../../../build/audit-lines.ts'
import { extent } from '../../../build/extent.ts'
import { linesOf, logLines } from '../../../../src/adapters/system/log-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-log-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function linesIn(bytes: string | Uint8Array): Promise<readonly (string | null)[]> {
  writeFileSync(join(folder, 'log'), bytes)
  const all: (string | null)[] = []
  for await (const part of logLines(folder, 'log')) all.push(...part)
  return all
}

test.each([
  ['', []],
  ['\n', ['']],
  ['a', ['a']],
  ['a\nb', ['a', 'b']],
  ['a\r\nbü\n', ['a\r', 'bü']],
])('the lines of %j are %j, and the same of its gzip', async (text, lines) => {
  expect(await linesIn(text)).toEqual(lines)
  expect(await linesIn(gzipSync(text))).toEqual(lines)
})

test('gzip files after one another are read as one', async () =>
  expect(await linesIn(Buffer.concat([gzipSync('a\nb'), gzipSync('c\n')]))).toEqual(['a', 'bc']))

test('characters that two parts of the file share are whole', async () => {
  const line = 'ü'.repeat(70_000)
  expect(await linesIn(`x${line}\n`)).toEqual([`x${line}`])
})

test('a line above 4 MiB is left out, also at the end, and the next one is read', async () => {
  const long = 'x'.repeat(5 * 1024 * 1024)
  expect(await linesIn(`a\n${long}\nb\n${long}`)).toEqual(['a', null, 'b', null])
  const most = 'x'.repeat(4 * 1024 * 1024)
  expect(await linesIn(`${most}\nb`)).toEqual([most, 'b'])
})

test.each([
  [gzipSync('text').subarray(0, 15), 'its gzip data is broken or cut off'],
  [Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9]), 'its gzip data is broken or cut off'],
])('broken gzip fails with the reason', async (bytes, reason) => {
  await expect(linesIn(bytes)).rejects.toThrow(`RUN_FILES: log cannot be read: ${reason}`)
})

test('a file that is missing and a folder fail with the reason', async () => {
  const first = (path: string) => logLines(folder, path).next()
  await expect(first('nope')).rejects.toThrow('nope cannot be read: there is no such file')
  await expect(first('.')).rejects.toThrow('. cannot be read: it is a folder')
})

const LARGE_MB = extent(200, 10)

test(`memory does not grow with a log of ${LARGE_MB} MB and 5,000 certificates`, async () => {
  const lines = Array.from({ length: 5000 }, (_, index) =>
    auditLine({ sha256: `${index}`.padStart(64, '0'), more: { annotations: 'x'.repeat(300) } }),
  )
  const bytes = Buffer.from(`${lines.join('\n')}\n`)
  // Parts of 64 KiB, as of a file; each is another text, and the next one begins within a line.
  async function* texts(megabytes: number): AsyncGenerator<string> {
    for (let sent = 0; sent < megabytes * 1e6; sent += 65_536) {
      const from = sent % bytes.length
      const part = bytes.toString('utf8', from, from + 65_536)
      yield part.length === 65_536 ? part : part + bytes.toString('utf8', 0, 65_536 - part.length)
    }
  }
  const most = async (megabytes: number): Promise<number> => {
    const log = new AuditLog()
    let heap = 0
    for await (const part of linesOf(texts(megabytes))) {
      for (const line of part) log.add(line)
      heap = Math.max(heap, process.memoryUsage().heapUsed)
    }
    expect(log.uses.size).toBe(5000)
    expect(log.lines.noEvent).toBeLessThan(2)
    return heap
  }
  const small = await most(8)
  expect((await most(LARGE_MB)) / small).toBeLessThan(1.5)
})
