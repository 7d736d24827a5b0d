// docs/reference/action.md: inputs and outputs of the action, from action.yml.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { cell, code, fromTemplate, table } from './template.ts'

interface Action {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default: string }>
  >
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
}

export function actionPage(): string {
  const text = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')
  const action = parse(text) as Action
  const inputs = Object.entries(action.inputs).map(([name, { description, default: value }]) => [
    code(name),
    cell(description),
    value === '' ? '' : code(value),
  ])
  const outputs = Object.entries(action.outputs).map(([name, { description }]) => [
    code(name),
    cell(description),
  ])
  return fromTemplate('action', {
    inputs: table(['input', 'meaning', 'default'], inputs),
    outputs: table(['output', 'meaning'], outputs),
  })
}
