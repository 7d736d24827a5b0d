// Quotes for the shell: others choose the names of objects, and hints are pasted.

/** The text as one word of a POSIX shell; itself if it has no character that a shell reads. */
export function shellWord(text: string): string {
  return /^[\w.:/@%+=,][\w.:/@%+=,-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** Shows what kubectl makes of a kubeconfig, with the line of a fault and without its keys. */
export function viewCommand(path: string): string {
  return `kubectl config view --kubeconfig ${shellWord(path)}`
}

/** The argument of `countersign import` for a file, `-` for standard input, which `validate -` reads as a file `stdin`. */
export function fileWord(path: string): string {
  return /(?:^|\/)stdin\.\w+$/.test(path) ? '-' : shellWord(path)
}

/** The flag of a pasted command that names its cluster; empty where the cluster is unknown. */
export function clusterFlag(cluster: string | undefined): string {
  return cluster === undefined ? '' : ` --cluster ${shellWord(cluster)}`
}

/** A cluster in pasted commands. */
export interface PastedCluster {
  /** Its name in the configuration. */
  readonly name: string
  /** kubectl with the flags that choose this cluster, as far as they are known. */
  readonly kubectl?: string | undefined
  /** The command that is running: hints name the rights for it, and no others. */
  readonly command?: string | undefined
  /** The run is for no other cluster: its command needs no --cluster in addition. */
  readonly isOnly?: boolean | undefined
  /** The user of the login, once the API server named it. */
  readonly user?: string | undefined
}

/** For commands that the login of the run lacks rights for. */
export const ADMIN = {
  how: 'with a kubeconfig of a cluster administrator in place of ADMIN:\n',
  kubectl: 'kubectl --kubeconfig ADMIN',
}

/** The same where the login of the run may not write it. */
export function installAsAdmin(part: string, cluster?: Partial<PastedCluster>): string {
  return ADMIN.how + installCommand(part, { ...cluster, kubectl: ADMIN.kubectl })
}

/** The command that applies what a part of `countersign manifests` prints to this cluster. Without one, to the current context. */
export function installCommand(part: string, cluster?: Partial<PastedCluster>): string {
  const { name, kubectl = 'kubectl' } = cluster ?? {}
  return `countersign manifests ${part}${clusterFlag(name)} | ${kubectl} apply -f -`
}

/** The commands for a namespace that is being deleted: Kubernetes creates nothing in it before it is gone. */
export function createdAgain(namespace: string, cluster?: Partial<PastedCluster>): string {
  const { kubectl = 'kubectl' } = cluster ?? {}
  return `create it again when it is gone, with the rights in it:\n${kubectl} wait --for=delete namespace/${namespace} --timeout=5m\n${kubectl} create namespace ${namespace}\n${installCommand('identity', cluster)}`
}

/** The command that writes the request of a file in our own format: next to the file, under another name if that is taken. */
export function importCommand(path: string): string {
  const own = shellWord(`${path.slice(0, -'.yaml'.length)}-own.yaml`)
  return `countersign import ${fileWord(path)}${path.endsWith('.yaml') ? ` --to ${own}` : ''}`
}

/** How a request with a person's own key gets other names: they and the grant are signed in its PKCS#10. */
export function writtenAgain(name = 'NAME'): string {
  return `for other groups or access, remove the file and write it again; an existing own key is used again: countersign new ${name} --own-key --group GROUPS --access ROLE@NAMESPACE`
}
