// One RBAC rule as a line of YAML, to paste into a role.

/** Returns the rule for the object of that name, for all objects if it is null. */
export function ruleText(
  apiGroup: string,
  resource: string,
  name: string | null,
  verbs: readonly string[],
): string {
  const names = name === null ? '' : `resourceNames: [${JSON.stringify(name)}], `
  return `- {apiGroups: [${JSON.stringify(apiGroup)}], resources: [${resource}], ${names}verbs: [${verbs.join(', ')}]}`
}
