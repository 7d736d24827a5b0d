// Who somebody is at GitHub. The id decides: a login is for reading, can be given up, and is then taken by others.

export interface Account {
  readonly id: number
  readonly login: string
  /** Only a `User` is a person. A personal access token of a machine account is a `User` too: approval.never lists such ids. */
  readonly type: 'User' | 'Bot' | 'Organization' | 'Mannequin' | 'EnterpriseUserAccount'
}

/** What somebody may do in the repository now; `null` where GitHub does not say. */
export type Permission = 'admin' | 'write' | 'read' | 'none'
