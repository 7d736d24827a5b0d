export declare function reachedPlaces(
  names: readonly string[],
  places: readonly (readonly [string, number])[],
  load: () => Promise<(name: string) => Promise<unknown>>,
): Promise<readonly (readonly string[] | null)[]>
