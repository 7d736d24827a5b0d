// A cluster whose state can be copied and put back, as a restore of etcd does. Writes of marks compare the version, as the API server does.
import type { ClusterMarks } from '../../src/domain/cluster/cluster-marks.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import { standIn } from './stand-in.ts'

type Write = (marks: ClusterMarks) => Promise<'conflict' | null | void>
const nothing: Write = async () => undefined

export class StoredCluster {
  marks: ClusterMarks | null = null
  revoked: readonly string[] = []
  serverCa = 'ca'
  written = 0
  /** Runs before one write; before all while it answers `conflict`, which is then the answer of the write. */
  beforeWrite = nothing
  beforeList: () => Promise<void> = async () => undefined
  afterList: () => Promise<void> = async () => undefined

  get cluster(): Cluster {
    return standIn<Cluster>({
      name: 'prod',
      server: 'https://127.0.0.1:1',
      serverCa: this.serverCa,
      records: standIn<Cluster['records']>({
        list: async () => {
          await this.beforeList()
          const { marks } = this
          await this.afterList()
          return { records: [], broken: [], marks }
        },
        writeMarks: async marks => {
          const { beforeWrite } = this
          this.beforeWrite = nothing
          const isRefused = (await beforeWrite(marks)) === 'conflict'
          if (isRefused) this.beforeWrite = beforeWrite
          if (isRefused || (this.marks?.version ?? null) !== marks.version) return null
          this.marks = { ...marks, version: `${++this.written}` }
          return this.marks
        },
      }),
      revocations: standIn<Cluster['revocations']>({
        list: async () => ({
          broken: [],
          revocations: this.revoked.map(value => ({
            what: 'request',
            value,
            by: 'admin',
            name: value,
            at: new Date(0),
            uid: value,
          })),
        }),
      }),
    })
  }

  /** Returns what puts the present state back. */
  backup(): () => void {
    const { marks, revoked } = this
    return () => Object.assign(this, { marks, revoked })
  }
}
