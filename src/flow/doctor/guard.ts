// Whether the guard stands in a cluster as `manifests guard` prints it. What the API server fills in beside it does not matter.
import type { Finding } from '../../domain/finding.ts'
import { bad, good, unsure } from '../../domain/finding.ts'
import type { Installation } from '../../domain/installation.ts'
import type { Administration } from '../../ports.ts'
import { guardObjects } from '../../report/manifests-guard.ts'
import type { GuardOptions } from '../../report/manifests-guard.ts'

export async function guardFindings(
  administration: Administration,
  installation: Installation,
  options: GuardOptions,
): Promise<readonly Finding[]> {
  const area = installation.cluster.name
  const found = await Promise.all(
    guardObjects(installation, options).map(async ({ kind, metadata: { name }, spec }) => {
      const stored = await administration.guardSpec(kind, name)
      if (stored === null) return { name, state: 'missing' as const }
      if (stored === 'hidden') return { name, state: 'hidden' as const }
      return { name, state: contains(stored.spec, spec) ? ('there' as const) : ('other' as const) }
    }),
  )
  const names = (state: string): string =>
    [...new Set(found.flatMap(each => (each.state === state ? [each.name] : [])))].join(', ')
  const paste = `countersign manifests guard --cluster ${area} | kubectl apply -f -`
  if (found.every(({ state }) => state === 'there'))
    return [good(area, 'the guard stands: nobody else approves, or writes records')]
  return [
    ...(found.some(({ state }) => state === 'missing')
      ? [
          bad(
            area,
            `nothing in the cluster stops others from approving or writing records: ${names('missing')} is not there`,
            paste,
          ),
        ]
      : []),
    ...(found.some(({ state }) => state === 'other')
      ? [
          bad(
            area,
            `the guard is not the one that configuration and policies ask for: ${names('other')}`,
            paste,
          ),
        ]
      : []),
    ...(found.some(({ state }) => state === 'hidden')
      ? [unsure(area, 'whether the guard stands may not be read with this login', paste)]
      : []),
  ]
}

/** Whether everything that was printed stands there with the same value; lists have to be the same throughout. */
export function contains(stored: unknown, printed: unknown): boolean {
  if (Array.isArray(printed))
    return (
      Array.isArray(stored) &&
      stored.length === printed.length &&
      printed.every((item, index) => contains(stored[index], item))
    )
  if (!isRecord(printed)) return stored === printed
  return (
    isRecord(stored) &&
    Object.entries(printed).every(([key, value]) => contains(stored[key], value))
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
