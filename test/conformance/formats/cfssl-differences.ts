// CSR JSON that cfssl accepts and we refuse: the message of the refusal and the reason. docs/reference/request-formats.md lists them all.

export const CFSSL_DIFFERENCES: readonly { readonly message: RegExp; readonly why: string }[] = [
  {
    message: /is not (?:a DNS name|a URI|an email address)$/,
    why: 'hosts that are no name of any kind',
  },
  { message: /^cfssl would write/, why: 'URIs that Go writes in another form' },
  {
    message: /is not one line of|is not a country/,
    why: 'values that are empty, padded or longer than RFC 5280 allows',
  },
  { message: /is not an object identifier$/, why: 'object identifiers with leading zeros' },
  { message: /^(?:RSA|ECDSA) keys have/, why: 'RSA keys of odd sizes' },
  { message: /^extensions are written|^no signer/, why: 'extensions written by hand' },
  { message: /has no identity/, why: 'requests without a name' },
  { message: /is given twice/, why: 'a member in two spellings' },
]
