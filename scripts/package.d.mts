/**
 * `target`: an existing folder. `commit`: that of the release, which `init` of the package then writes; null for an unreleased build.
 * Returns the path of the package. Throws for a commit that is not 40 hex digits.
 */
export function makePackage(target: string, commit?: string | null): string
