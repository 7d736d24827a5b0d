/** `target`: an existing folder. Returns the path of the package. */
export function makePackage(target: string): string
