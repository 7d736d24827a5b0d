// The flags that every command takes.

export interface Flag {
  /** Long form without dashes. */
  readonly name: string
  readonly short?: string
  /** What the value is called in help; absent for a switch. */
  readonly value?: string
  /** The flag may also be given without its value. */
  readonly isOptional?: true
  readonly text: string
}

export const FORMATS = ['text', 'json', 'yaml'] as const

export const GLOBAL_FLAGS = [
  {
    name: 'config',
    value: 'FILE',
    text: 'configuration file (default countersign.yaml at the top of the repository)',
  },
  {
    name: 'requests',
    value: 'FOLDER',
    text: 'folder of the request files (default: from the configuration)',
  },
  { name: 'cluster', value: 'NAME', text: 'only this cluster of the configuration' },
  {
    name: 'kubeconfig',
    value: 'FILE',
    text: 'kubeconfig to log in with (default: auth of the configuration, then $KUBECONFIG, then ~/.kube/config)',
  },
  {
    name: 'context',
    value: 'NAME',
    text: 'context of the kubeconfig (default: the one for the cluster)',
  },
  {
    name: 'output',
    short: 'o',
    value: 'FORMAT',
    text: 'text (default), json, yaml; status: wide, prove: intoto, audit: csv',
  },
  { name: 'verbose', text: 'also print the causes of failures, and which login is used' },
  { name: 'no-color', text: 'no colour; NO_COLOR=1 does the same, FORCE_COLOR=1 the opposite' },
] as const satisfies readonly Flag[]
