// The kill points of a run, in the words of kill-at.mjs, from the writes that a cluster logged for the same run.

const METHODS: Readonly<Record<string, string>> = {
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
}

/** Before and after each write, in order. Each is `METHOD PATH` or `VERB PATH`. */
export function killPoints(writes: readonly string[]): readonly string[] {
  const patterns = writes.map(write => {
    const [verb = '', path = ''] = write.split(' ')
    return `${METHODS[verb] ?? verb} ${patternOf(path)}`
  })
  return patterns.flatMap((pattern, at) => {
    const count = patterns.slice(0, at + 1).filter(other => other === pattern).length
    return [`before ${pattern} ${count}`, `after ${pattern} ${count}`]
  })
}

/** A pattern of the kind, without namespace and name. */
function patternOf(path: string): string {
  const [plain = ''] = path.split('?')
  if (plain.endsWith('/approval')) return '/approval$'
  const kind =
    /\/(rolebindings|clusterrolebindings|configmaps|secrets|certificatesigningrequests)\b/
  const [, found = ''] = kind.exec(plain) ?? []
  return `/${found}\\b`
}
