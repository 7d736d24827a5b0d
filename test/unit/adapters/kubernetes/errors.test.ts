// What an API server does not find, and what to do about it: only what its own sentence says is missing.
import { expect, test } from '@jest/globals'
import { refusal } from '../../../../src/adapters/kubernetes/errors.ts'

const NEEDS = {
  apiGroup: '',
  resource: 'serviceaccounts/token',
  verb: 'create',
  namespace: 'countersign',
  name: 'countersign',
}
const hintOf = (message: string) =>
  refusal({ status: 404, body: { kind: 'Status', message } }, 'do it', NEEDS).problem.hint

test.each([
  ['namespaces "countersign" not found', /^create the namespace first: .* namespace countersign$/],
  ['serviceaccounts "countersign" not found', /countersign manifests identity --cluster NAME \|/],
])('%s', (message, hint) => expect(hintOf(message)).toMatch(hint))

test.each(['secrets "countersign" not found', 'the server could not find the requested resource'])(
  '%s: no namespace is to be created',
  message => expect(hintOf(message)).toBeNull(),
)
