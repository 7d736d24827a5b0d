// Sinks as values for the YAML of a request file. Members that the reader fills in are left out.
import type { KubeconfigTarget, Sink } from '../../domain/request/sink.ts'

type Said = Readonly<Record<string, unknown>>

export function sinkYaml({ kind, ...members }: Sink | KubeconfigTarget): Said {
  return { [kind]: 'into' in members ? sinkYaml(members.into) : withoutDefaults(members) }
}

/** Without null, false, empty lists and empty mappings. */
function withoutDefaults(members: object): Said {
  const said = Object.entries(members).map(([name, value]: [string, unknown]) => {
    const isMapping = value instanceof Object && !Array.isArray(value)
    return [name, isMapping ? withoutDefaults(value) : value] as const
  })
  const isSaid = (value: unknown): boolean =>
    value instanceof Object ? Object.keys(value).length > 0 : value !== null && value !== false
  return Object.fromEntries(said.filter(([, value]) => isSaid(value)))
}
