// Colour is for terminals, and the person decides.
import { expect, test } from '@jest/globals'
import { coloured, paintFor, plain } from '../../../../src/output/terminal/terminal-colours.ts'

test.each([
  ['a terminal', { isTerminal: true }, coloured],
  ['a pipe', { isTerminal: false }, plain],
  ['--no-color', { color: false, environment: { FORCE_COLOR: '1' } }, plain],
  ['NO_COLOR', { environment: { NO_COLOR: '1', FORCE_COLOR: '1' } }, plain],
  ['an empty NO_COLOR', { environment: { NO_COLOR: '' } }, coloured],
  ['FORCE_COLOR in a pipe', { isTerminal: false, environment: { FORCE_COLOR: '1' } }, coloured],
  ['FORCE_COLOR=0', { environment: { FORCE_COLOR: '0' } }, plain],
  ['TERM=dumb', { environment: { TERM: 'dumb' } }, plain],
  ['TERM=dumb with FORCE_COLOR', { environment: { TERM: 'dumb', FORCE_COLOR: '1' } }, coloured],
])('with %s the painter is as expected', (_, choice, painter) => {
  expect(paintFor({ environment: {}, color: true, isTerminal: true, ...choice })).toBe(painter)
})
