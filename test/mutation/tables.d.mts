export interface Group {
  readonly suite: 'unit' | 'conformance' | 'flow' | 'histories'
  readonly tests: readonly string[]
}

export interface Table {
  readonly name: string
  /** The file below src, the text that is there just once, and what it becomes. */
  readonly breaks: readonly (readonly [string, string, string])[]
  readonly judges: readonly Group[]
}

export declare const APPROVAL: Table
export declare const TABLES: readonly Table[]
export declare function pathsOf(group: Group): string[]
