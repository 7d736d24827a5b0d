// Quotes for the shell: others choose the names of objects, and hints are pasted.

/** The text as one word of a POSIX shell; itself if it has no character that a shell reads. */
export function shellWord(text: string): string {
  return /^[\w.:/@%+=,][\w.:/@%+=,-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** The flag of a pasted command that names its cluster; empty where the cluster is unknown. */
export function clusterFlag(cluster: string | undefined): string {
  return cluster === undefined ? '' : ` --cluster ${shellWord(cluster)}`
}

/** The command that writes the request of a file in our own format: next to the file, under another name if that is taken. */
export function importCommand(path: string): string {
  const own = shellWord(`${path.slice(0, -'.yaml'.length)}-own.yaml`)
  return `countersign import ${shellWord(path)}${path.endsWith('.yaml') ? ` --to ${own}` : ''}`
}
