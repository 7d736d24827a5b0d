// Index of requests and records by cluster and name, which identify them.

/** Names and clusters are DNS-1123 labels, so neither contains a slash. */
export function requestKey(cluster: string, name: string): string {
  return `${cluster}/${name}`
}

/** The first of each cluster and name. */
export function byRequestKey<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>()
  for (const item of items) if (!found.has(keyOf(item))) found.set(keyOf(item), item)
  return found
}
