// Reads zip archives, for tests: the central directory, stored and deflated files.
import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50

/** Names and texts of the files in a zip archive. */
export function unzipped(bytes: Uint8Array): Readonly<Record<string, string>> {
  const files = [...rawUnzipped(bytes)].map(([name, data]) => [name, data.toString('utf8')])
  return Object.fromEntries(files)
}

export function rawUnzipped(bytes: Uint8Array): ReadonlyMap<string, Buffer> {
  const zip = Buffer.from(bytes)
  let end = zip.length - 22
  while (end >= 0 && zip.readUInt32LE(end) !== END) end -= 1
  if (end < 0) throw new Error('that is no zip archive')
  const files = new Map<string, Buffer>()
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error('the directory of the archive is broken')
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)]
    const lengths = [28, 30, 32].map(offset => zip.readUInt16LE(at + offset))
    const [nameLength = 0] = lengths
    const header = zip.readUInt32LE(at + 42)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
    const data = zip.subarray(start, start + size)
    files.set(name, method === 0 ? data : inflateRawSync(data))
    at += 46 + lengths.reduce((sum, length) => sum + length, 0)
  }
  return files
}
