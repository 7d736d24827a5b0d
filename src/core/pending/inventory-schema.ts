// Schema of a file of the node inventory, for the reader and for completion in editors.
import { z } from 'zod'
import { orElse } from '../../lib/schema/absent-members.ts'
import { fault } from '../../lib/schema/check-schema.ts'
import { uniqueList } from '../../lib/schema/refinements.ts'
import { DNS_LABEL, DNS_SUBDOMAIN, text, textList } from '../../lib/schema/text-rules.ts'
import { shown } from '../../lib/source/hidden-characters.ts'
import { canonicalIp, isNetwork } from '../../lib/x509/ip.ts'

const NODE_PATTERN = {
  pattern: /^[a-z0-9*?][a-z0-9.*?-]*$/,
  says: 'is not a pattern of node names: lower-case letters, digits, dots and dashes, with * and ? within a label',
}

/** `{name}` is needed: a fixed name would be one of every node in the pool. */
const DNS_TEMPLATE = {
  pattern: /^[a-z0-9.-]*\{name\}[a-z0-9.-]*$/,
  says: 'is not a DNS name with {name}, such as {name}.example.com',
}

const address = z.string().superRefine((value, context) => {
  const canonical = canonicalIp(value)
  if (canonical === value) return
  const hint = canonical === null ? null : `write ${canonical}`
  context.addIssue(fault({ message: `${shown(value)} is not an IP address as it is issued`, hint }))
})

const network = z.string().superRefine((value, context) => {
  if (isNetwork(value)) return
  const hint = 'an address, / and the length of the prefix, without bits after it: 10.1.0.0/16'
  context.addIssue(fault({ message: `${shown(value)} is not a network`, hint }))
})

const node = z.strictObject({
  name: text(DNS_SUBDOMAIN).describe('Name of the Node'),
  dnsNames: orElse(textList(DNS_SUBDOMAIN), []).describe(
    'Further DNS names that its certificates may have',
  ),
  addresses: orElse(uniqueList(address), []).describe(
    'IP addresses that its certificates may have',
  ),
})

const pool = z.strictObject({
  name: text(DNS_LABEL).describe('Name of the pool'),
  nodeNames: textList(NODE_PATTERN)
    .min(1)
    .describe('Names of its nodes, with * and ?, which match no dot'),
  dnsNames: orElse(textList(DNS_TEMPLATE), []).describe(
    'Further DNS names of each node; {name} is its name',
  ),
  addresses: orElse(uniqueList(network), []).describe('Networks of its addresses: 10.1.0.0/16'),
  maxNodes: z.int().min(1).max(10_000).describe('Most nodes that it may have at a time'),
  addressesPerNode: orElse(z.int().min(1).max(16), 1).describe(
    'Most IPv4 and most IPv6 addresses of each node; default 1',
  ),
})

export const INVENTORY_SCHEMA = z
  .strictObject({
    apiVersion: z.literal('countersign.dev/v1').describe('Version of this format'),
    kind: z.literal('NodeInventory').describe('Kind of this file'),
    metadata: z
      .strictObject({ name: text(DNS_LABEL).describe('Name of the file, for people') })
      .describe('Which part of the inventory this is'),
    spec: z
      .strictObject({
        nodes: orElse(z.array(node), []).describe('Nodes, one by one'),
        pools: orElse(z.array(pool), []).describe('Nodes by the pattern of their names'),
      })
      .describe('The nodes that the cluster may have'),
  })
  .describe('A part of the inventory of nodes of one cluster')
