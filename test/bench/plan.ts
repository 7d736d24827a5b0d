// What validate and plan cost for repositories of different sizes.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Workshop } from '../build/workshop.ts'
import { progress, startBenchCluster } from './bench-cluster.ts'
import type { Extent } from './options.ts'
import { requestNames, rotated } from './participants/participant.ts'
import type { PlanReport, PlanSize } from './report.ts'
import { largeRepository } from './request-repository.ts'
import { timedCountersign, usageOfCountersign } from './timed.ts'
import type { Usage } from './timed.ts'

const COMMANDS = ['validate', 'plan'] as const
/** Larger sizes take fewer rounds. */
const LARGE = 10_000
const ROUNDS_WHEN_LARGE = 3

export async function measurePlanning(
  extent: Extent & { readonly sizes: readonly number[] },
): Promise<PlanReport> {
  const { rounds, sizes, profileFolder } = extent
  const cluster = await startBenchCluster()
  const repositories = new Map<number, Workshop>()
  try {
    for (const size of sizes) {
      const repository = largeRepository(requestNames('r', size))
      copyFileSync(cluster.kubeconfig, join(repository.folder, 'kubeconfig'))
      repositories.set(size, repository)
    }
    const usage = new Map<string, Usage[]>()
    // Round 0 fills the caches of the disk.
    for (let round = 0; round <= rounds; round++)
      for (const [size, { folder }] of rotated([...repositories], round))
        for (const command of COMMANDS) {
          if (size > LARGE && (round === 0 || round > ROUNDS_WHEN_LARGE)) continue
          const used = await usageOfCountersign([command], folder)
          progress(
            `${command}, round ${round} of ${rounds}: ${size} files, ${used.seconds.toFixed(2)} s, ${used.megabytes.toFixed(0)} MB`,
          )
          const key = `${command} ${size}`
          if (round > 0) usage.set(key, [...(usage.get(key) ?? []), used])
        }
    if (profileFolder !== null) {
      const size = Math.max(...sizes.filter(each => each <= LARGE))
      const folder = repositories.get(size)!.folder
      for (const command of COMMANDS)
        await timedCountersign([command], folder, {
          profile: { folder: profileFolder, name: command },
        })
    }
    const sizesOf = (command: string): readonly PlanSize[] =>
      sizes.map(files => {
        const all = usage.get(`${command} ${files}`) ?? []
        return {
          files,
          seconds: all.map(({ seconds }) => seconds),
          megabytes: all.map(({ megabytes }) => megabytes),
        }
      })
    return { validate: sizesOf('validate'), plan: sizesOf('plan') }
  } finally {
    for (const repository of repositories.values()) repository.end()
    await cluster.end()
  }
}
