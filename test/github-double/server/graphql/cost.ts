// The cost of a query: GitHub counts the possible nodes before it runs, and refuses above a limit.
import { getArgumentValues, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLSchema,
  SelectionSetNode,
} from 'graphql'
import { failure } from './shown.ts'

const MOST_NODES = 500_000

export interface Cost {
  /** Points: the requests of the connections divided by 100, at least one. */
  readonly points: number
  readonly nodes: number
}

type Variables = Readonly<Record<string, unknown>>

type Fields = ReadonlyMap<FieldNode, GraphQLField<unknown, unknown>>

/** By document: an engine parses each text once. */
const FIELDS = new WeakMap<DocumentNode, Fields>()

interface Walk {
  readonly fields: Fields
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Variables
}

/** Expects a valid document. Throws GitHub's refusal of a query with too many possible nodes. */
export function costOf(schema: GraphQLSchema, document: DocumentNode, variables: Variables): Cost {
  const fields = FIELDS.get(document) ?? fieldsOf(schema, document)
  FIELDS.set(document, fields)
  const walk = { fields, fragments: fragmentsOf(document), variables }
  let [requests, nodes] = [0, 0]
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const counted = count(walk, definition.selectionSet, 1)
    requests += counted.requests
    nodes += counted.nodes
  }
  if (nodes > MOST_NODES) {
    const message = `This query requests up to ${nodes} possible nodes which exceeds the maximum limit of ${MOST_NODES}.`
    throw failure('MAX_NODE_LIMIT_EXCEEDED', message)
  }
  return { points: Math.max(1, Math.round(requests / 100)), nodes }
}

interface Counted {
  readonly requests: number
  readonly nodes: number
}

/** `times`: how often this selection can be answered. */
function count(walk: Walk, selections: SelectionSetNode, times: number): Counted {
  let [requests, nodes] = [0, 0]
  for (const selection of selections.selections) {
    const counted =
      selection.kind === Kind.FIELD
        ? countField(walk, selection, times)
        : count(walk, selectionsOf(walk, selection), times)
    requests += counted.requests
    nodes += counted.nodes
  }
  return { requests, nodes }
}

function selectionsOf(
  walk: Walk,
  selection: Exclude<SelectionSetNode['selections'][number], FieldNode>,
): SelectionSetNode {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet
  const fragment = walk.fragments.get(selection.name.value)
  return fragment?.selectionSet ?? { kind: Kind.SELECTION_SET, selections: [] }
}

function countField(walk: Walk, node: FieldNode, times: number): Counted {
  const size = pageSize(walk, node)
  const here = size === null ? NONE : { requests: times, nodes: times * size }
  if (node.selectionSet === undefined) return here
  const below = count(walk, node.selectionSet, times * (size ?? 1))
  return { requests: here.requests + below.requests, nodes: here.nodes + below.nodes }
}

const NONE: Counted = { requests: 0, nodes: 0 }

/** Null if the field is not a connection. */
function pageSize(walk: Walk, node: FieldNode): number | null {
  const field = walk.fields.get(node)
  if (field?.args.some(({ name }) => name === 'first') !== true) return null
  const given = getArgumentValues(field, node, walk.variables)
  const size = given['first'] ?? given['last']
  return typeof size === 'number' ? size : 0
}

function fieldsOf(schema: GraphQLSchema, document: DocumentNode): Fields {
  const info = new TypeInfo(schema)
  const fields = new Map<FieldNode, GraphQLField<unknown, unknown>>()
  const enter = (node: FieldNode): void => {
    const field = info.getFieldDef()
    if (field) fields.set(node, field)
  }
  visit(document, visitWithTypeInfo(info, { Field: { enter } }))
  return fields
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter(
    (each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION,
  )
  return new Map(fragments.map(each => [each.name.value, each]))
}
