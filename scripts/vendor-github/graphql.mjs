// The types of GitHub's GraphQL API that the double answers, and their extraction from the published schema.
import { Kind, parse, print, visit } from 'graphql'

const WITH_CONNECTION = [
  'Commit',
  'GitActor',
  'Issue',
  'IssueComment',
  'PullRequest',
  'PullRequestChangedFile',
  'PullRequestCommit',
  'PullRequestReview',
  'PullRequestTimelineItems',
  'Ref',
  'RepositoryRule',
  'RepositoryRuleset',
  'RepositoryRulesetBypassActor',
  'Team',
]

/** Objects, interfaces and unions. Scalars, enums and inputs follow from the fields. */
const TYPES = new Set([
  ...WITH_CONNECTION.flatMap(name => [name, `${name}Connection`, `${name}Edge`]),
  'Query',
  'RateLimit',
  'PageInfo',
  'Node',
  'Repository',
  'RepositoryOwner',
  'Actor',
  'User',
  'Bot',
  'Mannequin',
  'Organization',
  'EnterpriseUserAccount',
  'TeamMemberConnection',
  'TeamMemberEdge',
  'GitObject',
  'CommitHistoryConnection',
  'Comparison',
  'ComparisonCommitConnection',
  'Tree',
  'TreeEntry',
  'Blob',
  'Tag',
  'Submodule',
  'GitSignature',
  'GpgSignature',
  'SmimeSignature',
  'SshSignature',
  'UnknownSignature',
  'AddedToMergeQueueEvent',
  'AutomaticBaseChangeFailedEvent',
  'AutomaticBaseChangeSucceededEvent',
  'BaseRefChangedEvent',
  'BaseRefDeletedEvent',
  'BaseRefForcePushedEvent',
  'ClosedEvent',
  'HeadRefDeletedEvent',
  'HeadRefForcePushedEvent',
  'HeadRefRestoredEvent',
  'MergedEvent',
  'RemovedFromMergeQueueEvent',
  'ReopenedEvent',
  'ReviewDismissedEvent',
  'RuleParameters',
  'PullRequestParameters',
  'RepositoryRuleConditions',
  'RefNameConditionTarget',
  'RuleSource',
  'BypassActor',
])

const COMPOSITE = new Set([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
])

/** Returns from the whole schema the types above with everything that they need, without descriptions. */
export function subsetOfSchema(text) {
  const named = new Map(parse(text).definitions.map(each => [each.name.value, each]))
  for (const name of TYPES) if (!named.has(name)) throw new Error(`no such type: ${name}`)
  const isKept = name => {
    const definition = named.get(name)
    return definition === undefined || !COMPOSITE.has(definition.kind) || TYPES.has(name)
  }
  const kept = new Map()
  for (const name of TYPES) keep(name, named, isKept, kept)
  const definitions = [...kept]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, definition]) => definition)
  return `${print({ kind: Kind.DOCUMENT, definitions })}\n`
}

function keep(name, named, isKept, kept) {
  const whole = named.get(name)
  if (whole === undefined || kept.has(name)) return
  const definition = cut(whole, isKept)
  kept.set(name, definition)
  visit(definition, {
    NamedType: node => keep(node.name.value, named, isKept, kept),
  })
}

function cut(definition, isKept) {
  const plain = visit(definition, {
    StringValue: (node, key) => (key === 'description' ? null : undefined),
    Directive: node => (node.name.value === 'deprecated' ? undefined : null),
  })
  if (!COMPOSITE.has(plain.kind)) return plain
  return {
    ...plain,
    interfaces: plain.interfaces?.filter(each => isKept(each.name.value)),
    types: plain.types?.filter(each => isKept(each.name.value)),
    fields: plain.fields?.filter(each => isKept(namedType(each.type))),
  }
}

function namedType(type) {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type)
}
