// Who makes a request, as Kubernetes' user.Info has it.

import type { JsonObject } from '../api/json-values.ts'

export interface User {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

export const AUTHENTICATED = 'system:authenticated'
export const UNAUTHENTICATED = 'system:unauthenticated'
export const MASTERS = 'system:masters'

export const ANONYMOUS: User = {
  name: 'system:anonymous',
  uid: '',
  groups: [UNAUTHENTICATED],
  extra: {},
}

/** UserInfo of authentication.k8s.io. */
export function userInfo({ name, uid, groups, extra }: User): JsonObject {
  const lists = Object.entries(extra).map(([key, values]): [string, string[]] => [key, [...values]])
  return {
    username: name,
    ...(uid === '' ? {} : { uid }),
    groups: [...groups],
    ...(lists.length === 0 ? {} : { extra: Object.fromEntries(lists) }),
  }
}

/** What a service account logs in as. */
export function serviceAccountUser(namespace: string, name: string): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    uid: '',
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED],
    extra: {},
  }
}

/** The service account the signing controller works as. */
export const SIGNING_CONTROLLER = serviceAccountUser('kube-system', 'certificate-controller')

/** Adds `system:authenticated`, unless a group already says whether the user is (group_adder.go). */
export function authenticated(user: User): User {
  const said = user.groups.some(group => group === AUTHENTICATED || group === UNAUTHENTICATED)
  return said ? user : { ...user, groups: [...user.groups, AUTHENTICATED] }
}
