// The port OutputFiles: a private key in a file that only its owner can read, put in place by one rename.
import { lstat, readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { failure } from '../../domain/problem.ts'
import type { CountersignError } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import type { OutputFiles } from '../../ports/output-files.ts'
import { errorCode } from './system-error.ts'
import { replaceFile } from './edited-file.ts'

const OTHERS_MAY_READ_OR_WRITE = 0o006
const GROUP_MAY_WRITE = 0o020
const OWNER_ONLY = 0o600

/** `root`: the folder that relative paths start from. */
export function outputFiles(root: string): OutputFiles {
  return {
    async read(path) {
      const full = resolve(root, path)
      await requirePrivateFolder(path, dirname(full))
      try {
        await requireFile(path, full)
        return new Secret(new Uint8Array(await readFile(full)))
      } catch (cause) {
        if (errorCode(cause) === 'ENOENT') return null
        throw translated(path, cause)
      }
    },
    async write(path, content) {
      const full = resolve(root, path)
      await requirePrivateFolder(path, dirname(full))
      await replaceFile(full, content.reveal(), OWNER_ONLY).catch((cause: unknown) => {
        throw translated(path, cause)
      })
    },
  }
}

/** Users who can write to the folder could put another file there. Users who can read it see that the key exists. */
async function requirePrivateFolder(path: string, folder: string): Promise<void> {
  const { mode } = await stat(folder).catch((cause: unknown) => {
    throw translated(path, cause)
  })
  if ((mode & (OTHERS_MAY_READ_OR_WRITE | GROUP_MAY_WRITE)) === 0) return
  throw failure(
    'SINK_FILE',
    `${path} is not written: others may read or write its folder (${(mode & 0o777).toString(8)})`,
    `chmod 700 ${folder}, or name a folder that is yours alone`,
  )
}

async function requireFile(path: string, full: string): Promise<void> {
  const found = await lstat(full)
  if (found.isFile()) return
  throw failure(
    'SINK_FILE',
    `${path} is not a file (a folder, a link or a device)`,
    'remove it, or name another path',
  )
}

function translated(path: string, cause: unknown): unknown {
  const code = errorCode(cause)
  return code === '' ? cause : unwritable(path, code, cause)
}

function unwritable(path: string, code: string, cause: unknown): CountersignError {
  const why = code === 'ENOENT' ? 'its folder is not there' : code
  const hint = 'make the folder (mkdir -m 700), or check its permissions'
  return failure('SINK_FILE', `${path} cannot be written: ${why}`, hint, cause)
}
