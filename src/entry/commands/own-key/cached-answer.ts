// The answer of `countersign credential` from the cache, without the command line: it runs at every kubectl command, and loading the
// command line takes longer than the answer. Everything else, problems included, is left to the command.
import { statSync } from 'node:fs'
import { certificateCacheFile } from '../../../adapters/system/certificate-cache-file.ts'
import { nodeKeys } from '../../../adapters/system/node-keys.ts'
import { CountersignError } from '../../../domain/problem.ts'
import { checkExecInfo, execCredential } from '../../../lib/kubernetes/exec-credential.ts'
import { cachedCredential } from '../../../workflows/setup/current-credential.ts'
import { checkRequestName, ownFolder, ownKeyPath, readOwnKey } from './own-key-file.ts'

/** The flags of a kubeconfig that countersign wrote; each has a value. */
const FLAGS: ReadonlySet<string> = new Set([
  '--cluster',
  '--repository',
  '--key',
  '--secret',
  '--artifact',
  '--config',
  '--token-env',
])

export interface AnswerPorts {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder countersign runs in. */
  readonly folder: string
  readonly isTerminal: boolean
  readonly now: Date
}

/** Returns the answer, which contains the private key; null if the command has to run. `args` are those after `credential`. */
export async function cachedAnswer(
  args: readonly string[],
  ports: AnswerPorts,
): Promise<string | null> {
  const [name = '', ...others] = args
  const flags = valuesOf(others)
  const cluster = flags?.get('--cluster') ?? null
  const repository = flags?.get('--repository') ?? null
  if (flags === null || cluster === null || repository === null || ports.isTerminal) return null
  if (!checkExecInfo(ports.environment['KUBERNETES_EXEC_INFO'] ?? null).ok) return null
  try {
    checkRequestName(name)
    const path = ownKeyPath(ports, name, flags.get('--key') ?? null)
    const { pem, spki } = await readOwnKey({ keys: nodeKeys }, path)
    if ((statSync(path).mode & 0o077) !== 0) return null
    const cache = certificateCacheFile(ownFolder(ports), { name, cluster, repository })
    const current = await cachedCredential(cache, { name, repository, spki }, ports.now)
    return current === null ? null : execCredential({ ...current, key: pem }).reveal()
  } catch (cause) {
    if (cause instanceof CountersignError) return null
    throw cause
  }
}

/** Null if the arguments are not pairs of a known flag and its value. */
function valuesOf(args: readonly string[]): ReadonlyMap<string, string> | null {
  const values = new Map<string, string>()
  for (let at = 0; at < args.length; at += 2) {
    const [flag = '', value] = args.slice(at, at + 2)
    if (!FLAGS.has(flag) || value === undefined || value.startsWith('-')) return null
    values.set(flag, value)
  }
  return values
}
