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

const OTHER = 'another script'

/** Scripts that one name may be written in: each alone, and those of languages that use several beside Latin. */
const SYSTEMS: readonly (readonly string[])[] = [
  ...SCRIPTS.map(([name]) => [name]),
  [OTHER],
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Hangul'],
  ['Latin', 'Han', 'Bopomofo'],
]

/** The scripts of a text that are not written together; empty where nothing is mixed. */
export function mixedScripts(text: string): readonly string[] {
  const letters = (
    text.match(/(?!\p{Script_Extensions=Common}|\p{Script_Extensions=Inherited})\p{L}/gu) ?? []
  ).map(scriptsOf)
  const isCovered = SYSTEMS.some(system =>
    letters.every(scripts => scripts.some(script => system.includes(script))),
  )
  return isCovered ? [] : [...new Set(letters.map(([first = OTHER]) => first))]
}

/** A letter may belong to several: the prolonged sound mark is Hiragana's and Katakana's. */
function scriptsOf(letter: string): readonly string[] {
  const names = SCRIPTS.filter(([, pattern]) => pattern.test(letter)).map(([name]) => name)
  return names.length === 0 ? [OTHER] : names
}
