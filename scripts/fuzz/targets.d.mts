// Types of targets.mjs, for the tests.

export interface Target {
  readonly name: string
  readonly kind: 'der' | 'text'
  readonly extension: string
  readonly read: (bytes: Uint8Array) => unknown
}

export function targetsOf(modules: Readonly<Record<string, unknown>>): readonly Target[]
