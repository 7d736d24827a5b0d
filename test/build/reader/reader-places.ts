// Where a page is read, and the commands that lead there.

/** An empty repository becomes one whose workflow issues certificates; the README shows the same. */
const BOOTSTRAP = [
  'countersign bootstrap --cluster prod --repository acme/certs --owners octo,hubot --yes',
  'gh pr merge 1 --repo acme/certs --squash',
  'git clone --quiet https://github.com/acme/certs && cd certs',
]

/** jane is a person of the configuration, and has access: she opened pull request 3 for her own key. */
const JANE = [
  "sed -i 's/^people: .*/people: [{login: jane, id: 1003, name: jane}]/' countersign.yaml",
  'git checkout --quiet -b people && git commit --quiet --all --message "jane is a person"',
  'gh pr create --fill && gh pr merge 2 --squash',
  'git checkout --quiet main && git pull --quiet',
  'countersign bootstrap --cluster prod --yes',
  'GITHUB_TOKEN=gho_jane countersign new jane --own-key --group developers --access view@apps --open',
  'rm requests/people/jane.yaml && gh pr merge 3 --squash',
  'git pull --quiet',
  'countersign kubeconfig jane --merge',
]

export interface Preparation {
  readonly commands: readonly string[]
  /** The kubeconfig has a second cluster, `lab`. */
  readonly hasLab: boolean
}

const PLACES = {
  folder: { commands: [], hasLab: false },
  running: { commands: BOOTSTRAP, hasLab: false },
  issued: { commands: [...BOOTSTRAP, ...JANE], hasLab: false },
  'two clusters': { commands: BOOTSTRAP, hasLab: true },
} as const

export type Place = keyof typeof PLACES

/** Throws for a name that is none. */
export function placeNamed(name: string): Place {
  if (!Object.hasOwn(PLACES, name)) throw new Error(`there is no place "${name}" for a reader`)
  return name as Place
}

export function preparationOf(place: Place): Preparation {
  return PLACES[place]
}
