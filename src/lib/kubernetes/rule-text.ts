// One RBAC rule as a line of YAML, to paste into a role.

export function ruleText(
  apiGroup: string,
  resource: string,
  name: string | null,
  verbs: readonly string[],
): string {
  const names = name === null ? '' : `resourceNames: [${JSON.stringify(name)}], `
  return `- {apiGroups: [${JSON.stringify(apiGroup)}], resources: [${resource}], ${names}verbs: [${verbs.join(', ')}]}`
}
