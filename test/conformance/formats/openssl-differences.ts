export const DIFFERENCES: readonly { readonly message: RegExp; readonly why: string }[] = []
