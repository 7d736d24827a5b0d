// Configurations that openssl accepts and we refuse: the message of the refusal and the reason. docs/reference/request-formats.md lists them.

export const DIFFERENCES: readonly { readonly message: RegExp; readonly why: string }[] = [
  { message: /^\.(?:include|pragma) is not read|^the environment/, why: 'one request is one file' },
  {
    message: /^this comment ends in a backslash/,
    why: 'a comment that ends in a backslash swallows the next line',
  },
  {
    message: /^this quote is never closed|^nothing follows this backslash|^the variables grow/,
    why: 'a quote or an escape that is never finished',
  },
  { message: /^this is neither \[section\]/, why: 'names that are empty or contain escapes' },
  { message: /^default_(?:md|bits) must be/, why: 'weak hashes and keys' },
  {
    message: /is not (?:a DNS name|a URI|an email address|an IP address)$/,
    why: 'alternative names that do not fit their kind',
  },
  {
    message: /is not one line of|is not a country/,
    why: 'values that are empty, padded or longer than RFC 5280 allows',
  },
  {
    message: /^the subject has no emailAddress|names nobody$|^the list holds an escaped line end/,
    why: 'lists that OpenSSL reads as empty or in part',
  },
  {
    message: /^spaces follow this single/,
    why: 'OpenSSL keeps the spaces behind a single character',
  },
  {
    message: /is not (?:an attribute of a name|a value of|an extension|a part of)/,
    why: 'attributes, usages and extensions that countersign does not know',
  },
  { message: /^subjectKeyIdentifier is hash/, why: 'a key identifier chosen by hand' },
  { message: /^(?:DER|ASN1): writes/, why: 'extensions written by hand' },
  { message: /requests no CA cert|^pathlen is for/, why: 'CA certificates' },
  {
    message: /^string_mask must be|would be a TeletexString/,
    why: 'strings that readers take for different letters',
  },
  {
    message: /without utf8 = yes$|^without FORMAT:UTF8/,
    why: 'letters that OpenSSL reads as others',
  },
  {
    message: /is not a type of text|is not <oid>;|is not a text of|is not an object identifier/,
    why: 'otherName with other values than text',
  },
  { message: /^the attribute|is a password in the file$/, why: 'passwords in the file' },
  { message: /must be a number of bytes/, why: 'bounds that are no numbers' },
  { message: /which cannot be seen$/, why: 'invisible characters' },
]
