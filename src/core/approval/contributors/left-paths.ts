// Paths that a file may have had inside of a pull request: who changed it there contributed to it.

/** Kind and blob by path. */
type Kinds = ReadonlyMap<string, string>

/** The files below the pull request, at each of its commits, and those that it landed. */
export interface States {
  readonly below: Kinds
  readonly commits: readonly Kinds[]
  readonly landed: Kinds
}

/**
 * The paths from which the file may have moved or been copied: a commit of the pull request wrote each, and it landed no file there, or the
 * file had its bytes or its name. `nameOf`: the name that a version has; null for none.
 */
export function leftPaths(
  file: string,
  { below, commits, landed }: States,
  nameOf: (path: string, kind: string) => string | null,
): readonly string[] {
  const kindsOf = (path: string): readonly string[] =>
    [...commits, landed].flatMap(files => files.get(path) ?? [])
  const namesOf = (path: string): readonly (string | null)[] =>
    kindsOf(path).map(kind => nameOf(path, kind))
  const written = commits.flatMap(files =>
    [...files].filter(([path, kind]) => below.get(path) !== kind),
  )
  const isFrom = (old: string, path: string): boolean =>
    !landed.has(old) ||
    kindsOf(old).some(kind => kindsOf(path).includes(kind)) ||
    namesOf(old).some(name => name !== null && namesOf(path).includes(name))
  const found = new Set([file])
  for (const path of found) for (const [old] of written) if (isFrom(old, path)) found.add(old)
  return [...found].filter(path => path !== file)
}
