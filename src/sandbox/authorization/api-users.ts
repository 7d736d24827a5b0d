// Who makes a request, as Kubernetes' user.Info has it.

export interface User {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

export const AUTHENTICATED = 'system:authenticated'
const UNAUTHENTICATED = 'system:unauthenticated'
export const MASTERS = 'system:masters'

export const ANONYMOUS: User = {
  name: 'system:anonymous',
  uid: '',
  groups: [UNAUTHENTICATED],
  extra: {},
}

/** The service account the signing controller works as. */
export const SIGNING_CONTROLLER: User = {
  name: 'system:serviceaccount:kube-system:certificate-controller',
  uid: '',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', AUTHENTICATED],
  extra: {},
}

/** Adds `system:authenticated`, unless a group already says whether the user is (group_adder.go). */
export function authenticated(user: User): User {
  const said = user.groups.some(group => group === AUTHENTICATED || group === UNAUTHENTICATED)
  return said ? user : { ...user, groups: [...user.groups, AUTHENTICATED] }
}
