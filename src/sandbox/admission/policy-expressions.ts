// CEL of admission policies: compiled once, evaluated with the variables that the API server gives it
// (k8s.io/apiserver/pkg/admission/plugin/cel). There is no cost limit, and none of Kubernetes' CEL libraries except `authorizer`.
import { Environment } from '@marcbachmann/cel-js'
import type { ParseResult } from '@marcbachmann/cel-js'
import { isObject, textAt } from '../api/json-values.ts'
import type { Json } from '../api/json-values.ts'
import { AUTHENTICATED, serviceAccountUser } from '../authorization/api-users.ts'
import type { User } from '../authorization/api-users.ts'
import { NO_QUESTION } from '../authorization/authorize.ts'
import type { Attributes } from '../authorization/authorize.ts'

/** Values by the name of a variable. */
export type Variables = Readonly<Record<string, unknown>>

const ENVIRONMENT = new Environment({
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 100_000, maxListElements: 10_000, maxMapEntries: 10_000 },
})
for (const name of ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'variables'])
  ENVIRONMENT.registerVariable(name, 'dyn')

/** The variable `authorizer`, and every step of a question to it. */
export class AccessQuestion {
  readonly may: (asked: Attributes, account?: User) => boolean
  readonly asked: Attributes

  constructor(may: AccessQuestion['may'], asked: Attributes = NO_QUESTION) {
    this.may = may
    this.asked = asked
  }
}

ENVIRONMENT.registerType('Authorizer', { ctor: AccessQuestion, fields: {} })
  .registerVariable('authorizer', 'Authorizer')
  .registerFunction('Authorizer.allowed(): bool', ({ may, asked }: AccessQuestion) => may(asked))
  .registerFunction(
    'Authorizer.serviceAccount(string, string): Authorizer',
    ({ may, asked }: AccessQuestion, namespace: string, name: string) => {
      const { groups, ...user } = serviceAccountUser(namespace, name)
      // It is in no group of all users.
      const account = { ...user, groups: groups.filter(each => each !== AUTHENTICATED) }
      return new AccessQuestion(each => may(each, account), asked)
    },
  )
for (const [step, member] of [
  ['group', 'group'],
  ['resource', 'plural'],
  ['subresource', 'subresource'],
  ['namespace', 'namespace'],
  ['name', 'name'],
  ['check', 'verb'],
] as const)
  ENVIRONMENT.registerFunction(
    `Authorizer.${step}(string): Authorizer`,
    ({ may, asked }: AccessQuestion, value: string) =>
      new AccessQuestion(may, { ...asked, [member]: value }),
  )

const compiled = new Map<string, ParseResult>()

function programOf(expression: string): ParseResult {
  const found = compiled.get(expression) ?? ENVIRONMENT.parse(expression)
  compiled.set(expression, found)
  return found
}

/** The reason why an expression cannot be compiled, null if it can. */
export function compileFault(expression: string): string | null {
  try {
    const { error } = programOf(expression).check()
    return error === undefined ? null : summaryOf(error)
  } catch (error) {
    return summaryOf(error)
  }
}

/** Throws an Error in the words of the API server. */
export function evaluate(expression: string, variables: Variables): unknown {
  try {
    return programOf(expression)(variables)
  } catch (error) {
    const message = `expression '${expression}' resulted in error: ${summaryOf(error)}`
    throw new Error(message, { cause: error })
  }
}

function summaryOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return 'summary' in error && typeof error.summary === 'string' ? error.summary : error.message
}

/** JSON as CEL has it: whole numbers are of the type int. */
export function celValue(value: Json): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return Array.from(value, celValue)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, celValue(each)]))
}

/** The variable `variables`: each is computed when an expression reads it first. */
export function lazyVariables(definitions: readonly Json[], context: Variables): Variables {
  const variables: Record<string, unknown> = {}
  for (const definition of definitions) {
    const name = textAt(definition, 'name')
    const get = (): unknown => {
      const value = evaluate(textAt(definition, 'expression'), { ...context, variables })
      Object.defineProperty(variables, name, { value })
      return value
    }
    Object.defineProperty(variables, name, { enumerable: true, configurable: true, get })
  }
  return variables
}
