import type { Template, TemplateField, TemplateList } from './template.ts'

export interface ReferenceOrder {
  /** The templates, each after those that it refers to. */
  readonly ordered: readonly Template[]
  /** The templates whose references lead back to themselves, directly or not: no order works for them. */
  readonly cyclic: ReadonlySet<string>
}

/** Puts templates in an order in which their objects can be written, and otherwise keeps the given order. */
export function orderByReferences(templates: TemplateList): ReferenceOrder {
  const byName = new Map(templates.map((template) => [template.name, template]))
  const targets = new Map(templates.map((template) => [template.name, targetsOf(template.fields)]))
  const ordered: Template[] = []
  const seen = new Set<string>()
  // An explicit stack, because a chain of references can be as long as the list of templates.
  for (const { name } of templates) {
    const stack = [{ name, isLeft: false }]
    for (let step = stack.pop(); step; step = stack.pop()) {
      const template = byName.get(step.name)
      if (!template) continue
      if (step.isLeft) ordered.push(template)
      else if (!seen.has(step.name)) {
        seen.add(step.name)
        stack.push(
          { name: step.name, isLeft: true },
          ...[...(targets.get(step.name) ?? [])].reverse().map((target) => ({ name: target, isLeft: false })),
        )
      }
    }
  }
  const cyclic = [...targets.keys()].filter((name) => reachableFrom(name, targets).has(name))
  return { ordered, cyclic: new Set(cyclic) }
}

function targetsOf(fields: readonly TemplateField[]): readonly string[] {
  return fields.flatMap(({ type, to }) => (type === 'reference' && to ? [to] : []))
}

/** The templates that the references of one lead to, directly or not. */
function reachableFrom(name: string, targets: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set(targets.get(name))
  // The loop also visits what it adds.
  for (const one of reached) for (const target of targets.get(one) ?? []) reached.add(target)
  return reached
}
