// The types and the variables that expressions are checked against. Judging a request needs no CEL library, reading a policy does.
import { Environment } from '@marcbachmann/cel-js'
import {
  ACCESS_FIELDS,
  AccessView,
  REQUESTER_FIELDS,
  REQUEST_FIELDS,
  RequestView,
  RequesterView,
  SINK_FIELDS,
  SinkView,
} from './cel-variables.ts'

/** An environment that knows the variables of rules and validations, and nothing else. */
export function typedEnvironment(limits: {
  readonly maxAstNodes: number
  readonly maxDepth: number
}): Environment {
  return new Environment({ limits: { ...limits, maxListElements: 256, maxMapEntries: 64 } })
    .registerType('Sink', { ctor: SinkView, fields: SINK_FIELDS })
    .registerType('Access', { ctor: AccessView, fields: ACCESS_FIELDS })
    .registerType('Request', { ctor: RequestView, fields: REQUEST_FIELDS })
    .registerType('Requester', { ctor: RequesterView, fields: REQUESTER_FIELDS })
    .registerVariable('request', 'Request')
    .registerVariable('requester', 'Requester')
    .registerVariable('path', 'string')
    .registerVariable('cluster', 'string')
}
