import { describe, expect, test } from '@jest/globals'
import { array, assert, asyncProperty, nat, tuple } from 'fast-check'
import { zipSync } from 'fflate'
import { fileInZip } from '../../../../../src/adapters/github/artifacts/file-in-zip.ts'

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const bytes = (text: string): Uint8Array => Buffer.from(text)
const GOOD = zipSync({ 'jane.crt': bytes(PEM), 'ca.crt': bytes('the CA') })
const CENTRAL = Buffer.from([0x50, 0x4b, 1, 2])
const END = Buffer.from([0x50, 0x4b, 5, 6])

/** The archive with changed bytes after a mark, by offset. */
function patched(zip: Uint8Array, mark: Buffer, changes: Readonly<Record<number, number>>): Buffer {
  const copy = Buffer.from(zip)
  const at = copy.lastIndexOf(mark)
  for (const [offset, value] of Object.entries(changes)) copy[at + Number(offset)] = value
  return copy
}

/** The text, null, or the reason why the archive is refused. */
const read = (zip: Uint8Array): Promise<string | null> =>
  fileInZip(zip, 'jane.crt').catch((cause: unknown) => `refused: ${String(cause)}`)

describe('a file in a zip archive', () => {
  test('only the file of that exact name is read', async () => {
    expect(await fileInZip(GOOD, 'jane.crt')).toBe(PEM)
    expect(await fileInZip(GOOD, 'ca.crt')).toBe('the CA')
    const names = ['../jane.crt', '/jane.crt', 'folder/jane.crt', 'JANE.CRT', 'jane.crt/']
    const other = zipSync(Object.fromEntries(names.map(name => [name, bytes(PEM)])))
    expect(await fileInZip(other, 'jane.crt')).toBeNull()
    expect(await fileInZip(GOOD, '__proto__')).toBeNull()
    expect(await fileInZip(zipSync({}), 'jane.crt')).toBeNull()
  })

  test('an archive that is cut anywhere is refused', async () => {
    for (let length = 0; length < GOOD.length; length++)
      expect(await read(GOOD.subarray(0, length))).toMatch(/^refused: /)
  })

  test.each([
    ['a file of 10 MiB in a small archive', zipSync({ 'jane.crt': new Uint8Array(10_485_760) })],
    [
      'a file that is stored with more bytes than its name allows',
      zipSync({ 'jane.crt': [new Uint8Array(70_000), { level: 0 }] }),
    ],
    [
      'more than 100 files',
      zipSync(
        Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`${at}.crt`, bytes(PEM)])),
      ),
    ],
    ['a directory that promises 65,535 files', patched(GOOD, END, { 8: 255, 9: 255 })],
    ['an unknown compression, as of encrypted archives', patched(GOOD, CENTRAL, { 10: 99 })],
  ])('%s is refused', async (_, zip) => {
    // The changed entry is the last one of the archive.
    const file = Buffer.from(zip).includes('ca.crt') ? 'ca.crt' : 'jane.crt'
    await expect(fileInZip(zip, file)).rejects.toThrow(/.+/)
  })

  test('an entry that understates its size gives no more than it says', async () => {
    const bomb = zipSync({ 'jane.crt': new Uint8Array(10_485_760) })
    const text = await read(patched(bomb, CENTRAL, { 24: 10, 25: 0, 26: 0, 27: 0 }))
    expect(text?.length).toBeLessThan(200)
  })

  test('changed bytes give a text, nothing, or a refusal', async () => {
    const change = tuple(nat(GOOD.length - 1), nat(255))
    await assert(
      asyncProperty(array(change, { minLength: 1, maxLength: 8 }), async changes => {
        const copy = Buffer.from(GOOD)
        for (const [at, value] of changes) copy[at] = value
        const text = await read(copy)
        expect(text === null || text.length <= 65_536).toBe(true)
      }),
    )
  })
})
