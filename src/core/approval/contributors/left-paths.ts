// Paths below the request folder that a pull request wrote and then left: a file that it brought may have moved from there, so who changed
// one of them contributed to that file.

/** Kind and blob by path. */
type Kinds = ReadonlyMap<string, string>

/** Each path that a commit of the pull request has with other bytes than below it, and that is gone where it landed. */
export function leftPaths(
  commits: readonly Kinds[],
  below: Kinds,
  landed: Kinds,
): readonly string[] {
  const written = commits.flatMap(files =>
    [...files].flatMap(([path, kind]) => (below.get(path) === kind ? [] : [path])),
  )
  return [...new Set(written)].filter(path => !landed.has(path))
}
