// Accounts at GitHub. The id decides: a login is for reading, and another account can take it over.

export interface Account {
  readonly id: number
  readonly login: string
  /** Only a `User` is a person. A personal access token of a machine account is a `User` too: approval.never lists such ids. */
  readonly type: 'User' | 'Bot' | 'Organization' | 'Mannequin' | 'EnterpriseUserAccount'
}

/** Permission of an account in the repository now; `null` if GitHub does not say. */
export type Permission = 'admin' | 'write' | 'read' | 'none'
