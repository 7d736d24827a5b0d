// Does a ruleset's required reviewer look at a file? GitHub documents its file_patterns twice: as fnmatch (REST schema) and as
// gitignore with `!` (Docs), and they differ. A file that fits by either reading needs the reviewer: more is asked, never less.
import { matchesAnyGlob, matchesGlob } from '../../../lib/source/glob.ts'

/** True unless no reading of the patterns fits. What `!` takes away is not believed; a list of nothing else fits every file. */
export function matchesFilePatterns(patterns: readonly string[], path: string): boolean {
  const positive = patterns.filter(pattern => !pattern.startsWith('!'))
  return positive.length === 0 || positive.some(pattern => matchesFilePattern(pattern, path))
}

/** True when the path fits the pattern as gitignore (folders hold their files) or as fnmatch, with or without FNM_PATHNAME. */
export function matchesFilePattern(pattern: string, path: string): boolean {
  const wide = widened(pattern)
  const body = wide.replace(/^\//, '').replace(/\/$/, '')
  const glob = wide.startsWith('/') || body.includes('/') ? body : `**/${body}`
  return (
    matchesAnyGlob([glob, `${glob}/**`], path) || matchesGlob(onOneLevel(wide), onOneLevel(path))
  )
}

/** A set or an escape stands for one character, whichever. */
function widened(pattern: string): string {
  return pattern.replaceAll(/\\.|\[[!^]?\]?[^\]]*\]/gsu, '?')
}

/** Without folders `*` crosses what was a slash, as fnmatch does without FNM_PATHNAME. */
function onOneLevel(text: string): string {
  return text.replaceAll('/', '\n')
}
