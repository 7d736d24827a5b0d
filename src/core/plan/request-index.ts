// Requests and records found again by cluster and name, which is who they are.

/** Names and clusters are DNS-1123 labels, so that the slash is in neither. */
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
