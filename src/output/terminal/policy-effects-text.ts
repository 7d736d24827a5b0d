// What a changed configuration or changed policies do to requests that exist.
import type { Plan } from '../../domain/cluster/plan-step.ts'
import { table } from './text-table.ts'
import { visible } from './plural-words.ts'

/** Effects of the changed configuration or policies, one line per request; empty without effects. */
export function effectsText({ effects }: Plan): string {
  if (effects.length === 0) return ''
  const rows = effects.map(({ request, was, will, codes, changes }) => {
    const why = codes.length === 0 ? '' : ` (${codes.join(', ')})`
    const meaning = changes.map(({ member, from, to }) => `${member}: ${from} → ${to}`).join('; ')
    return [
      '  ~',
      visible(request),
      was === will ? `${will}${why}` : `${was} → ${will}${why}`,
      visible(meaning),
    ]
  })
  return ['once this change of the configuration or the policies is merged:', ...table(rows)].join(
    '\n',
  )
}
