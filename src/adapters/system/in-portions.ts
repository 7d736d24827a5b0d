// Calls for many items, a few at a time.

/** The answers in the order of the items; `size` calls run at once. */
export async function inPortions<Item, Answer>(
  items: readonly Item[],
  size: number,
  call: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (let at = 0; at < items.length; at += size)
    answers.push(...(await Promise.all(items.slice(at, at + size).map(call))))
  return answers
}
