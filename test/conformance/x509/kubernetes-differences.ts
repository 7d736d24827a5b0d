// Requests that Go and Kubernetes accept and we refuse: the message of the refusal and the reason. docs/reference/request-formats.md lists all.

const DER = '^the PKCS#10 request cannot be read: '

export const KUBERNETES_DIFFERENCES: readonly { readonly message: RegExp; readonly why: string }[] =
  [
    {
      message: new RegExp(
        `${DER}.*(?:ascending order|not DER|shortest form|padded arc|unused bits|a BOOLEAN that|written out although|bit that is not set|a NULL that|multi-byte tag|more than four bytes|marked as constructed|an INTEGER (?:without|in more)|a BIT STRING without|an OBJECT IDENTIFIER (?:that stops|without|of more))`,
      ),
      why: 'bytes that are not DER',
    },
    {
      message: new RegExp(`${DER}.*(?:character|is not a valid|(?:of a name|SAN) is empty)`),
      why: 'strings that cannot be shown exactly',
    },
    {
      message: new RegExp(
        `${DER}.*(?:a field too many|bytes follow|expected .* found tag|is empty|has no|cut short|is missing|more than one value|is given twice|that does not exist|not a type and a value|the version is not|must wrap exactly|an arc above)`,
      ),
      why: 'parts of a request that Go ignores',
    },
    {
      message: /^the PEM text cannot be read/,
      why: 'text, headers or further blocks around the request',
    },
    {
      message: /^a key of the kind|^the signature algorithm .* is not SHA-2/,
      why: 'weak keys and SHA-1',
    },
    {
      message:
        /logs in as nobody$|has no identity|common names, .* keep the last one only$|^an? (?:group|organization)/,
      why: 'clients without a name, or with two',
    },
    { message: /^signers in Go would write/, why: 'URIs that Go writes in another form' },
    {
      message: / signs (?:only|no) | never signs |^Kubernetes has no signer/,
      why: 'requests that would be approved and then fail',
    },
    {
      message: /^the request asks for the extension/,
      why: 'other extensions, for your own signer',
    },
    { message: / is not a name for a request/, why: 'names that are no DNS label' },
    { message: /would not reach the cluster$/, why: 'metadata that would not reach the cluster' },
    { message: /with the kind .* is not a request$/, why: 'removed API versions' },
    { message: / cannot be seen/, why: 'invisible characters' },
    {
      message: /^(?:anchors|aliases|tags|directives) \(.\) are not read$|^merge keys are not read$/,
      why: 'anchors, aliases, tags, directives and merge keys',
    },
    {
      message: /^comments must be separated from other tokens/i,
      why: 'comments that touch what is before them',
    },
    { message: /^this is no time of RFC 3339/, why: 'times that Go accepts and RFC 3339 does not' },
    { message: / must be .*, got nothing$/, why: 'null where a value belongs' },
    {
      message: /^unexpected .* (?:node end|token in YAML stream)|^a second document begins/,
      why: 'everything after the first document',
    },
    {
      message: /^this line is indented by \d+, which does not fit the lines above$/,
      why: 'a value that goes on in a line which looks like a list item',
    },
  ]
