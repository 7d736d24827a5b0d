// All policy files of one state of the repository: the policies in force, and the files that cannot be read.
import { compareTexts, grouped } from '../../domain/lists.ts'
import type { BrokenPolicy, Policy, PolicySelector } from '../../domain/request/policy.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { placeOf, type RequestFile } from '../../domain/request/request.ts'
import { ok, refuse } from '../../domain/problem.ts'
import { wrongKind } from '../../lib/schema/manifest-kind.ts'
import { readSchema } from '../../lib/schema/check-schema.ts'
import type { YamlTree } from '../../lib/source/located-values.ts'
import { memberAt, placesBelow } from '../../lib/source/located-values.ts'
import { readYamlFile } from '../../lib/source/read-yaml.ts'
import { privateKeyInBytes } from '../../lib/x509/private-key-in-file.ts'
import { POLICY_SCHEMA, POLICY_SELECTOR } from './schema/policy-schema.ts'

export interface Policies {
  /** Sorted by name. */
  readonly policies: readonly Policy[]
  /** Sorted by path. */
  readonly broken: readonly BrokenPolicy[]
}

/**
 * Reads every file given; a file that is no valid policy is in `broken` with its problems. Policies of the same name are all broken
 * (POLICY_NAME_TWICE), since it is unknown which one is meant.
 */
export function loadPolicies(files: readonly RequestFile[]): Policies {
  const policies: Policy[] = []
  const broken: BrokenPolicy[] = []
  for (const file of files) {
    const read = parsePolicy(file)
    if (read.ok) policies.push(read.value)
    else broken.push(brokenPolicy(file, read.problems))
  }
  const named = grouped(policies.map(policy => [policy.name, policy]))
  const isAlone = ({ name }: Policy): boolean => named.get(name)?.length === 1
  const repeated = policies
    .filter(policy => !isAlone(policy))
    .map(policy => repeatedName(policy, named.get(policy.name) ?? []))
  return {
    policies: policies.filter(isAlone).sort((a, b) => compareTexts(a.name, b.name)),
    broken: [...broken, ...repeated].sort((a, b) => compareTexts(a.path, b.path)),
  }
}

function repeatedName(policy: Policy, same: readonly Policy[]): BrokenPolicy {
  const others = same.filter(other => other !== policy).map(other => other.path)
  const problem: Problem = {
    code: 'POLICY_NAME_TWICE',
    at: placeOf(policy.places, 'metadata.name'),
    message: `the policy "${policy.name}" is also in ${others.join(' and ')}`,
    hint: 'give one of them another name',
  }
  return { path: policy.path, problems: [problem], selector: policy.selector }
}

// Reader of a policy file: the Policy, or every problem in the file.

const MAX_BYTES = 262_144

/**
 * The policy, with every expression compiled and type-checked, or all problems at once. Codes: FILE_KIND, FILE_PRIVATE_KEY,
 * FILE_YAML (also for more than 262,144 bytes), and those of the schema: FILE_FIELD_…, POLICY_EXPRESSION and
 * POLICY_EXPRESSION_UNSUPPORTED.
 */
export function parsePolicy(file: RequestFile): Checked<Policy> {
  const tree = treeOf(file)
  if (!tree.ok) return tree
  const wrong = kindProblem(tree.value)
  if (wrong !== null) return refuse(wrong)
  const read = readSchema(POLICY_SCHEMA, tree.value)
  if (!read.ok) return read
  const { metadata, spec } = read.value
  const { path, blob } = file
  return ok({ ...spec, name: metadata.name, path, blob, places: placesBelow(tree.value, []) })
}

/** The selector of a file that is no valid policy; null if the selector cannot be read either. */
function readableSelector(file: RequestFile): PolicySelector | null {
  const tree = treeOf(file)
  if (!tree.ok || kindProblem(tree.value) !== null) return null
  const root = memberAt(tree.value, ['spec', 'selector'])
  if (root === null) return null
  const below = { source: tree.value.source, root }
  const read = readSchema(POLICY_SELECTOR, below)
  return read.ok ? read.value : null
}

/** A file that could not be read, for `judge`. Its `selector` is null if that is unreadable too: then the file may apply to any request. */
export function brokenPolicy(file: RequestFile, problems: BrokenPolicy['problems']): BrokenPolicy {
  return { path: file.path, problems, selector: readableSelector(file) }
}

function treeOf(file: RequestFile): Checked<YamlTree> {
  const at = { file: file.path, line: 1, column: 1, length: 1, excerpt: null }
  if (file.mode !== '100644') {
    const message = 'a policy is a regular file, and no link, submodule or program'
    return refuse({ code: 'FILE_KIND', at, message, hint: null })
  }
  const key = privateKeyInBytes(file.path, file.bytes)
  return key !== null ? refuse(key) : readYamlFile(file, MAX_BYTES)
}

function kindProblem(tree: YamlTree): Problem | null {
  return wrongKind(tree, 'CertificateRequestPolicy', 'a policy')
}
