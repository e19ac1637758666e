/** A function of a template whose result is kept as long as the template, for what is asked again and again. */
export function oncePerTemplate<Template extends object, Result>(
  find: (template: Template) => Result,
): (template: Template) => Result {
  const found = new WeakMap<Template, { readonly result: Result }>()
  return (template) => {
    const known = found.get(template) ?? { result: find(template) }
    found.set(template, known)
    return known.result
  }
}
