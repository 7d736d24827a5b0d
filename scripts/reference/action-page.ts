// docs/reference/action.md: inputs and outputs of the action, from the tables that action.yml is made of.
import { INPUTS, OUTPUTS } from '../../src/entry/action/action-inputs.ts'
import { cell, code, fromTemplate, table } from './template.ts'

export function actionPage(): string {
  const inputs = INPUTS.map(({ name, text, default: value }) => [
    code(name),
    cell(text),
    value === '' ? '' : code(value),
  ])
  const outputs = OUTPUTS.map(({ name, text }) => [code(name), cell(text)])
  return fromTemplate('action', {
    inputs: table(['input', 'meaning', 'default'], inputs),
    outputs: table(['output', 'meaning'], outputs),
  })
}
