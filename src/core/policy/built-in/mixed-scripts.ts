// Names that mix scripts (UTS #39 §5.2, "highly restrictive"): with Latin and Cyrillic together one name can pass for another.

/** Scripts that are confused with others; letters of all other scripts count as one script. */
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

const OTHER = 'another script'

/** Scripts that one name may use: each alone, and those that a language uses together, with Latin. */
const SYSTEMS: readonly (readonly string[])[] = [
  ...SCRIPTS.map(([name]) => [name]),
  [OTHER],
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Hangul'],
  ['Latin', 'Han', 'Bopomofo'],
]

/** Names of the scripts that the text mixes; empty if it may use them together. */
export function mixedScripts(text: string): readonly string[] {
  if (/^\p{ASCII}*$/u.test(text)) return []
  const letters = (
    text.match(/(?!\p{Script_Extensions=Common}|\p{Script_Extensions=Inherited})\p{L}/gu) ?? []
  ).map(scriptsOf)
  const isCovered = SYSTEMS.some(system =>
    letters.every(scripts => scripts.some(script => system.includes(script))),
  )
  return isCovered ? [] : [...new Set(letters.map(([first = OTHER]) => first))]
}

/** A letter may belong to several scripts: the prolonged sound mark belongs to Hiragana and Katakana. */
function scriptsOf(letter: string): readonly string[] {
  const names = SCRIPTS.filter(([, pattern]) => pattern.test(letter)).map(([name]) => name)
  return names.length === 0 ? [OTHER] : names
}
