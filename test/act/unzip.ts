// The files of a zip archive (PKWARE APPNOTE 4.3, 4.4), read from its central directory.
import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const DEFLATED = 8

/** Name → text. Throws if the archive has no end record. */
export function unzip(archive: Uint8Array): ReadonlyMap<string, string> {
  const bytes = Buffer.from(archive)
  let end = bytes.length - 22
  while (bytes.readUInt32LE(end) !== END) end--
  const files = new Map<string, string>()
  let entry = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(at =>
      bytes.readUInt16LE(entry + at),
    ) as [number, number, number]
    const name = bytes.toString('utf8', entry + 46, entry + 46 + nameLength)
    const local = bytes.readUInt32LE(entry + 42)
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(start, start + bytes.readUInt32LE(entry + 20))
    const isDeflated = bytes.readUInt16LE(entry + 10) === DEFLATED
    files.set(name, (isDeflated ? inflateRawSync(packed) : packed).toString('utf8'))
    entry += 46 + nameLength + extraLength + commentLength
  }
  return files
}
