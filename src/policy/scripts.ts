// Whether a name mixes scripts (UTS #39 §5.2, "highly restrictive"): Latin beside Cyrillic is how one name passes for another.

/** Scripts that confuse; letters of any other script count as one script of their own. */
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['Latin', /\p{Script_Extensions=Latin}/u],
  ['Cyrillic', /\p{Script_Extensions=Cyrillic}/u],
  ['Greek', /\p{Script_Extensions=Greek}/u],
  ['Armenian', /\p{Script_Extensions=Armenian}/u],
  ['Georgian', /\p{Script_Extensions=Georgian}/u],
  ['Hebrew', /\p{Script_Extensions=Hebrew}/u],
  ['Arabic', /\p{Script_Extensions=Arabic}/u],
  ['Devanagari', /\p{Script_Extensions=Devanagari}/u],
  ['Thai', /\p{Script_Extensions=Thai}/u],
  ['Cherokee', /\p{Script_Extensions=Cherokee}/u],
  ['Coptic', /\p{Script_Extensions=Coptic}/u],
  ['Han', /\p{Script_Extensions=Han}/u],
  ['Hiragana', /\p{Script_Extensions=Hiragana}/u],
  ['Katakana', /\p{Script_Extensions=Katakana}/u],
  ['Hangul', /\p{Script_Extensions=Hangul}/u],
  ['Bopomofo', /\p{Script_Extensions=Bopomofo}/u],
]

/** Scripts that are written together. */
const TOGETHER: readonly ReadonlySet<string>[] = [
  new Set(['Latin', 'Han', 'Hiragana', 'Katakana']),
  new Set(['Latin', 'Han', 'Hangul']),
  new Set(['Latin', 'Han', 'Bopomofo']),
]

/** The scripts of a text that are not written together, in the table's order; empty where nothing is mixed. */
export function mixedScripts(text: string): readonly string[] {
  const found = new Set<string>()
  for (const letter of text.match(/\p{L}/gu) ?? []) {
    const scripts = SCRIPTS.filter(([, pattern]) => pattern.test(letter)).map(([name]) => name)
    // a letter of several scripts (a prolonged sound mark) decides nothing
    if (scripts.length <= 1) found.add(scripts[0] ?? 'another script')
  }
  const all = [...found]
  const isOne = all.length <= 1 || TOGETHER.some(set => all.every(script => set.has(script)))
  return isOne ? [] : all
}
