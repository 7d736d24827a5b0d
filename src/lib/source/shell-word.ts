// Quotes for the shell: others choose the names of objects, and hints are pasted.

/** The text as one word of a POSIX shell; itself if it has no character that a shell reads. */
export function shellWord(text: string): string {
  return /^[\w.:/@%+=,][\w.:/@%+=,-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
