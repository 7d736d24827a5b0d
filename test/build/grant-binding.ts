// A binding of a grant, as countersign lists it.
import type { GrantBinding } from '../../src/ports/grants.ts'

/** Gives `view` in the namespace apps to the group of the grant, for jane by default. */
export function grantBinding(grant: string, changes: Partial<GrantBinding> = {}): GrantBinding {
  return {
    name: `${grant}:view`,
    request: 'jane',
    grants: [grant],
    clusterRole: 'view',
    namespace: 'apps',
    isGranting: true,
    isExact: true,
    isOfTheseRecords: true,
    uid: 'u',
    ...changes,
  }
}
