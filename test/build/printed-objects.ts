// Types of the Kubernetes objects that countersign prints as YAML. They have the members that tests read.
import { parseAllDocuments } from 'yaml'

export interface PrintedRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

export interface PrintedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly automountServiceAccountToken?: boolean
  readonly rules?: readonly PrintedRule[]
  readonly subjects?: readonly {
    readonly apiGroup: string
    readonly kind: string
    readonly name: string
  }[]
}

export function printedObjects(manifests: string): readonly PrintedObject[] {
  return parseAllDocuments(manifests).map((document): PrintedObject => document.toJS())
}

/** The rules of the first object of that kind; it throws if there is none. */
export function rulesIn(
  objects: readonly PrintedObject[],
  kind: string,
  name?: string,
): readonly PrintedRule[] {
  const found = objects.find(
    one => one.kind === kind && (name === undefined || one.metadata.name === name),
  )
  if (found?.rules === undefined) throw new Error(`no ${kind} ${name ?? ''} with rules`)
  return found.rules
}
