// A git repository with request files, a configuration and policies, for one run of countersign.
import { configText, policyText, requestText } from '../build/request-text.ts'
import { Workshop } from '../build/workshop.ts'
import { NAMESPACE } from './bench-cluster.ts'

export const OWNER = 'bench'

export interface RepositoryWords {
  readonly names: readonly string[]
  readonly owner?: string
  readonly recordNamespace?: string
  /** `access` of each request as inline YAML; absent for none. */
  readonly access?: { readonly request: string; readonly policy: string }
}

/** One folder of files, one policy. */
export function smallRepository(words: RepositoryWords): Workshop {
  const { names, owner = OWNER, recordNamespace = NAMESPACE, access } = words
  const repository = new Workshop()
  repository.write('countersign.yaml', configOf(owner, names.length))
  repository.edit(
    'countersign.yaml',
    'recordNamespace: apps',
    `recordNamespace: ${recordNamespace}`,
  )
  const allowed = access === undefined ? '' : `  access: ${access.policy}\n`
  repository.write('policies/everybody.yaml', policyText(NAMESPACE) + allowed)
  const more = access === undefined ? [] : [`access: ${access.request}`]
  for (const name of names) repository.write(`requests/${name}.yaml`, requestText({ name, more }))
  repository.commit()
  return repository
}

const TEAMS = 20
const FILES_IN_FOLDER = 50

/** Files in folders of 50, below one folder for each of 20 teams, each of which has its policy. */
export function largeRepository(names: readonly string[]): Workshop {
  const repository = new Workshop()
  repository.write('countersign.yaml', configOf(OWNER, names.length))
  for (let team = 0; team < TEAMS; team++) {
    const text = policyText(NAMESPACE)
      .replace('name: everybody', `name: team-${team}`)
      .replace('"requests/**"', `"requests/team-${team}/**"`)
    repository.write(`policies/team-${team}.yaml`, text)
  }
  for (const [index, name] of names.entries()) {
    const folder = Math.floor(index / TEAMS / FILES_IN_FOLDER)
    const path = `requests/team-${index % TEAMS}/${folder}/${name}.yaml`
    repository.write(path, requestText({ name }))
  }
  repository.commit()
  return repository
}

function configOf(owner: string, count: number): string {
  const limits = `limits: {maxIssue: ${count}}`
  return configText({ owner, namespace: NAMESPACE, more: [limits] })
}
