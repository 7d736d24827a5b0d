// X.500 names and subject alternative names (RFC 5280 §4.1.2.4, §4.2.1.6). They are complete: no part that was read is dropped.

/** One attribute of a name. `value` is the decoded text; `der` is the whole value TLV from the source, unchanged. */
export interface NameAttribute {
  /** Dotted object identifier, for example 2.5.4.3. */
  readonly oid: string
  readonly value: string
  readonly der: Uint8Array
}

/** A relative distinguished name: one attribute, or several joined by '+'. */
export type Rdn = readonly NameAttribute[]

/** A distinguished name in the order of its bytes. */
export type DistinguishedName = readonly Rdn[]

/** The GeneralName kinds that countersign writes and Kubernetes' signers keep. */
export type TextSanKind = 'dnsName' | 'emailAddress' | 'uri' | 'ipAddress'

/** The GeneralName kinds that can be read but that no built-in signer issues. */
export type OpaqueSanKind =
  'otherName' | 'x400Address' | 'directoryName' | 'ediPartyName' | 'registeredId'

export type San =
  /** ipAddress values are canonical text: dotted IPv4, RFC 5952 IPv6. */
  | { readonly kind: TextSanKind; readonly value: string }
  /** `der` is the whole GeneralName TLV. */
  | { readonly kind: OpaqueSanKind; readonly der: Uint8Array }
