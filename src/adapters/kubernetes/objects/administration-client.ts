// The port Administration: tokens of service accounts (authentication.k8s.io/v1 TokenRequest), rights of others, and trials of the guard.
import { z } from 'zod'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { Administration } from '../../../ports/administration.ts'
import { readAnswer, unreadable } from '../http/api-server-refusal.ts'
import { tryGuard } from './guard-dry-runs.ts'
import type { Asking } from '../http/api-transport.ts'
import { ObjectClient } from './object-client.ts'

const TOKEN = z.object({
  status: z.object({ token: z.string().min(1), expirationTimestamp: z.iso.datetime() }),
})
const REVIEW = z.object({ status: z.object({ allowed: z.boolean().default(false) }) })
const TEXTS = z.array(z.string()).default([])
const CONTAINERS = z.array(z.object({ command: TEXTS, args: TEXTS }))
const PODS = z.object({ items: z.array(z.object({ spec: z.object({ containers: CONTAINERS }) })) })

export function kubernetesAdministration(transport: Asking): Administration {
  return {
    async issueToken({ namespace, name }, seconds) {
      const accounts = new ObjectClient(transport, 'ServiceAccount', namespace)
      const spec = { expirationSeconds: seconds }
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec }
      const answer = await accounts.ask('POST', { name, subresource: 'token', body })
      const doing = `ask for a token of the service account ${namespace}/${name}`
      const needs = { ...accounts.needs('create', name), subresource: 'token' }
      const read = TOKEN.safeParse(readAnswer(answer, z.unknown(), doing, needs))
      // No cause is attached: the unreadable answer may be the token.
      if (!read.success) throw unreadable(doing, null)
      const { token, expirationTimestamp } = read.data.status
      return { token: new Secret(token), expiresAt: new Date(expirationTimestamp) }
    },

    async mayOther({ username, groups }, right) {
      const reviews = new ObjectClient(transport, 'SubjectAccessReview')
      const spec = { user: username, groups, resourceAttributes: right }
      const answer = await reviews.ask('POST', { body: reviews.wire({ spec }) })
      if (answer.status === 404) return null
      const doing = `ask what ${username} may do`
      return readAnswer(answer, REVIEW, doing, reviews.needs('create')).status.allowed
    },

    async apiServerArguments() {
      const query = { labelSelector: 'component=kube-apiserver' }
      const pods = new ObjectClient(transport, 'Pod', 'kube-system')
      const answer = await pods.ask('GET', { query })
      const { data } = PODS.safeParse(answer.body)
      const containers = (data?.items ?? []).map(({ spec }) => spec.containers)
      return containers.map(all => all.flatMap(({ command, args }) => [...command, ...args]))
    },

    tryGuard: trial => tryGuard(transport, trial),
  }
}
