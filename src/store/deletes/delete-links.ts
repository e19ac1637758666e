import type { Field, Template, TemplateModel } from '../../template/model.ts'

/** A reference by which a delete of its targets reaches other objects. */
export interface DeleteLink {
  readonly target: Template
  readonly from: Template
  readonly field: Field
  readonly onDelete: 'cascade' | 'unset'
}

/**
 * By which references a delete of the template's objects reaches others: all those of one template together, after those of the
 * templates that it refers to. Every delete takes the templates in this order, and the objects of each in that of their keys, so that
 * none waits for another that waits for it. (Where deletes lead back to where they came from, they take turns; see `listDeleteCycles`.)
 */
export function listDeleteLinks(template: Template, model: TemplateModel): readonly (readonly DeleteLink[])[] {
  const links = listAllLinks(model)
  const reached = new Set([template])
  for (const one of reached)
    for (const { from, onDelete } of links.get(one) ?? []) if (onDelete === 'cascade') reached.add(from)
  const own = [...reached].flatMap((target) => links.get(target) ?? [])
  return inOrder(links)
    .map((from) => own.filter((link) => link.from === from))
    .filter((group) => group.length > 0)
}

/** By their targets. */
function listAllLinks({ templates, removed }: TemplateModel): ReadonlyMap<Template, readonly DeleteLink[]> {
  const all = [...templates, ...removed]
  const links = new Map<Template, DeleteLink[]>(all.map((template) => [template, []]))
  const named = new Map<string, Template[]>()
  for (const one of all) named.set(one.name, [...(named.get(one.name) ?? []), one])
  for (const from of all)
    for (const field of from.fields) {
      const { to = '', onDelete = 'restrict' } = field.reference ?? {}
      if (onDelete === 'restrict') continue
      for (const target of named.get(to) ?? []) links.get(target)?.push({ target, from, field, onDelete })
    }
  return links
}

/** All templates, each after those that it refers to. It does not depend on where a delete begins. */
function inOrder(links: ReadonlyMap<Template, readonly DeleteLink[]>): readonly Template[] {
  const seen = new Set<Template>()
  const backwards: Template[] = []
  const visit = (template: Template) => {
    if (seen.has(template)) return
    seen.add(template)
    for (const { from } of links.get(template) ?? []) visit(from)
    backwards.push(template)
  }
  for (const template of links.keys()) visit(template)
  return backwards.reverse()
}
