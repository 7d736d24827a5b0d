// Match of a ruleset's `file_patterns` with a path. GitHub documents them twice: as fnmatch (REST schema) and as gitignore with `!`
// (Docs), and the two differ. A path that matches by either of them needs the reviewer: more is asked, never less.
import { matchesAnyGlob, matchesGlob } from '../../../lib/source/glob.ts'

/** True if the path may match the patterns. A pattern with `!` excludes nothing; a list without other patterns matches every path. */
export function matchesFilePatterns(patterns: readonly string[], path: string): boolean {
  const positive = patterns.filter(pattern => !pattern.startsWith('!'))
  return positive.length === 0 || positive.some(pattern => matchesFilePattern(pattern, path))
}

/** True if the path matches as gitignore (a folder matches its files) or as fnmatch, with or without FNM_PATHNAME. */
export function matchesFilePattern(pattern: string, path: string): boolean {
  const wide = widened(pattern)
  const body = wide.replace(/^\//, '').replace(/\/$/, '')
  const glob = wide.startsWith('/') || body.includes('/') ? body : `**/${body}`
  return (
    matchesAnyGlob([glob, `${glob}/**`], path) || matchesGlob(onOneLevel(wide), onOneLevel(path))
  )
}

/** A set or an escape matches any one character. */
function widened(pattern: string): string {
  return pattern.replaceAll(/\\.|\[[!^]?\]?[^\]]*\]/gsu, '?')
}

/** Replaces slashes, so that `*` crosses folders, as in fnmatch without FNM_PATHNAME. */
function onOneLevel(text: string): string {
  return text.replaceAll('/', '\n')
}
