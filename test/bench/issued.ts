// What commands cost in a repository whose certificates are issued: nothing is due, and each certificate is read.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { BY_HAND, ISSUED, SMALL_HEAP } from './goals.ts'
import { NAMESPACE, progress, startBenchCluster } from './bench-cluster.ts'
import type { BenchCluster } from './bench-cluster.ts'
import type { Extent } from './options.ts'
import { requestNames, rotated } from './participants/participant.ts'
import type { IssuedSize } from './report.ts'
import { smallRepository } from './request-repository.ts'
import { timed, timedCountersign, usageOfCountersign } from './timed.ts'
import type { Usage } from './timed.ts'

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  plan: ['plan'],
  status: ['status'],
  audit: ['audit'],
  apply: ['apply', '--yes'],
}

export async function measureIssued(
  extent: Omit<Extent, 'requests'> & { readonly sizes: readonly number[] },
): Promise<readonly IssuedSize[]> {
  const found: IssuedSize[] = []
  for (const size of extent.sizes) {
    const cluster = await startBenchCluster()
    try {
      found.push(...(await measure(cluster, size, extent)))
    } finally {
      await cluster.end()
    }
  }
  return found
}

async function measure(
  cluster: BenchCluster,
  size: number,
  { rounds, profileFolder }: Pick<Extent, 'rounds' | 'profileFolder'>,
): Promise<readonly IssuedSize[]> {
  const repository = smallRepository({ names: requestNames('i', size) })
  const { folder } = repository
  copyFileSync(cluster.kubeconfig, join(folder, 'kubeconfig'))
  const taken = new Map<string, Partial<Usage>[]>()
  const byHand = async () => ({ seconds: await readByHand(cluster, folder) })
  const runs = [
    ...Object.entries(COMMANDS).map(
      ([name, args]) => [name, () => usageOfCountersign(args, folder)] as const,
    ),
    ...(size > ISSUED ? [] : [[BY_HAND, byHand] as const]),
  ]
  try {
    const seconds = await timedCountersign(['apply', '--yes'], folder)
    progress(`issued ${size} in ${seconds.toFixed(1)} s`)
    // Round 0 fills the caches of the disk.
    for (let round = 0; round <= rounds; round++)
      for (const [name, run] of rotated(runs, round)) {
        const used: Partial<Usage> = await run()
        progress(`${name} of ${size} issued, round ${round}: ${used.seconds?.toFixed(2)} s`)
        if (round > 0) taken.set(name, [...(taken.get(name) ?? []), used])
      }
    const node = [`--max-old-space-size=${SMALL_HEAP}`]
    const isSmall = size <= ISSUED
    if (isSmall)
      for (const args of Object.values(COMMANDS)) await timedCountersign(args, folder, { node })
    if (profileFolder !== null && isSmall)
      for (const [name, args] of Object.entries(COMMANDS))
        await timedCountersign(args, folder, {
          profile: { folder: profileFolder, name: `issued-${name}` },
        })
    return runs.map(([name]): IssuedSize => {
      const all = taken.get(name) ?? []
      return {
        command: name,
        certificates: size,
        seconds: all.map(each => each.seconds ?? NaN),
        megabytes: all.flatMap(each => each.megabytes ?? []),
      }
    })
  } finally {
    repository.end()
  }
}

function readByHand(cluster: BenchCluster, cwd: string): Promise<number> {
  return timed({
    program: join(import.meta.dirname, 'participants/read-secrets.sh'),
    args: [NAMESPACE],
    cwd,
    env: { PATH: `${cluster.tools}:${process.env['PATH'] ?? ''}`, KUBECONFIG: cluster.kubeconfig },
  })
}
