/** `target`: an existing folder. The path of the package that is made there. */
export function makePackage(target: string): string
