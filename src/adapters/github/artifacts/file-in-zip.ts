// One small text file of a zip archive that anyone may have made. The library is loaded with the first archive.

const MOST_ENTRIES = 100
const MOST_BYTES = 65_536

/** Returns the text of the file with that exact name, null if there is none. Throws an Error with the reason for a broken archive. */
export async function fileInZip(zip: Uint8Array, file: string): Promise<string | null> {
  const { unzipSync } = await import('fflate')
  let entries = 0
  const files = unzipSync(zip, {
    filter: ({ name, size, originalSize }) => {
      if ((entries += 1) > MOST_ENTRIES) throw new Error(`more than ${MOST_ENTRIES} files`)
      if (name !== file) return false
      if (size <= MOST_BYTES && originalSize <= MOST_BYTES) return true
      throw new Error(`${file} has more than ${MOST_BYTES} bytes`)
    },
  })
  const bytes = Object.hasOwn(files, file) ? files[file] : undefined
  return bytes === undefined ? null : Buffer.from(bytes).toString()
}
