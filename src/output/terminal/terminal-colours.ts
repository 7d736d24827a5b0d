// Colours for terminals. No colour carries meaning alone, so the plain painter loses nothing.

export interface Paint {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warn: (text: string) => string
  readonly dim: (text: string) => string
  readonly strong: (text: string) => string
}

const same = (text: string): string => text

export const plain: Paint = { good: same, bad: same, warn: same, dim: same, strong: same }

/** The environment and the flag that decide on colour. */
export interface ColourChoice {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** --no-color was not given. */
  readonly color: boolean
  readonly isTerminal: boolean
}

/**
 * The coloured painter on a terminal, otherwise the plain one. In this order: --no-color, NO_COLOR (https://no-color.org), and
 * FORCE_COLOR decide, `FORCE_COLOR=0` against it; a TERM of dumb has no colour.
 */
export function paintFor({ environment, color, isTerminal }: ColourChoice): Paint {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = environment
  if (!color || NO_COLOR !== '') return plain
  if (FORCE_COLOR !== '') return FORCE_COLOR === '0' || FORCE_COLOR === 'false' ? plain : coloured
  return isTerminal && TERM !== 'dumb' ? coloured : plain
}

const ansi =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`

export const coloured: Paint = {
  good: ansi(32, 39),
  bad: ansi(31, 39),
  warn: ansi(33, 39),
  dim: ansi(2, 22),
  strong: ansi(1, 22),
}
