/** Types of each template that are younger than its others. */
const lateEndings = ['History', 'Version', 'Diff', 'DiffNode', 'Event', 'Change'] as const
export type LateEnding = (typeof lateEndings)[number]

/** Types of the API that end like these. */
const sharedTypes: readonly string[] = ['FieldChange', 'ExportedHistory', 'ImportedHistory']

/**
 * The names of these types, by type and ending: `RoleHistory`. They give way to the older types of all templates, to those of the API, and
 * to one another in the order of the templates: `RegistryRoleHistory`. `StringListChange` is that of all lists of texts, not of a template
 * `string_list`.
 */
export function assignLateTypeNames(
  templates: readonly { readonly typeName: string }[],
  older: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const taken = new Set([...older, ...sharedTypes])
  const names = new Map<string, string>()
  for (const { typeName } of templates)
    for (const ending of lateEndings) {
      const own = `${typeName}${ending}`
      let name = own.endsWith('ListChange') ? `Registry${own}` : own
      while (taken.has(name)) name = `Registry${name}`
      taken.add(name)
      names.set(`${typeName} ${ending}`, name)
    }
  return names
}
