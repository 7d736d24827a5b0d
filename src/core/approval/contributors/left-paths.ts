// Paths below the request folder that a file had inside of a pull request: who changed it there contributed to it.

/** Kind and blob by path. */
type Kinds = ReadonlyMap<string, string>

/** A commit of the pull request, with the files of its parents. */
export interface CommittedFiles {
  readonly files: Kinds
  readonly parents: readonly Kinds[]
}

/** The files below the pull request, and those that it landed. */
export interface Ends {
  readonly below: Kinds
  readonly landed: Kinds
}

/**
 * The paths from which the file moved, directly or over others: a commit of the pull request wrote each, and it is gone where it landed.
 * `nameOf`: the name that a version requests; null for none.
 */
export function leftPaths(
  file: string,
  commits: readonly CommittedFiles[],
  { below, landed }: Ends,
  nameOf: (path: string, kind: string) => string | null,
): readonly string[] {
  const all = [...commits.map(({ files }) => files), landed]
  const kindsOf = (path: string): readonly string[] => all.flatMap(files => files.get(path) ?? [])
  const namesOf = (path: string): readonly (string | null)[] =>
    kindsOf(path).map(kind => nameOf(path, kind))
  const written = commits.flatMap(({ files }) =>
    [...files].flatMap(([path, kind]) => (below.get(path) === kind ? [] : [path])),
  )
  const left = [...new Set(written)].filter(path => !landed.has(path))
  const isFrom = (old: string, path: string): boolean =>
    kindsOf(old).some(kind => kindsOf(path).includes(kind)) ||
    namesOf(old).some(name => name !== null && namesOf(path).includes(name)) ||
    commits.some(({ files, parents }) =>
      parents.some(
        parent => parent.has(old) && !files.has(old) && files.has(path) && !parent.has(path),
      ),
    )
  const found = new Set([file])
  for (const path of found) for (const old of left) if (isFrom(old, path)) found.add(old)
  return [...found].filter(path => path !== file)
}
