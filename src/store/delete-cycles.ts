import { listReferrers } from '../template/list-referrers.ts'
import type { Template, TemplateModel } from '../template/model.ts'

/**
 * Whether a delete of the template's objects can lead, by `onDelete`, to other objects of the same template. Then no
 * order of locking prevents deadlocks: a delete goes from target to referrers, regardless of their keys.
 */
export function isDeleteCyclic(template: Template, model: TemplateModel): boolean {
  const known = cyclic.get(model) ?? new Map<Template, boolean>()
  cyclic.set(model, known)
  const is = known.get(template) ?? listReached(template, model).includes(template)
  known.set(template, is)
  return is
}

/** Each write asks, and all fields of all templates would have to be looked at. */
const cyclic = new WeakMap<TemplateModel, Map<Template, boolean>>()

/** The templates with such cycles that a delete of the template's objects can reach, in the order of their names. */
export function listDeleteCycles(template: Template, model: TemplateModel): readonly Template[] {
  const touched = new Set([template, ...listReached(template, model)])
  return [...model.templates, ...model.removed].filter((one) => touched.has(one) && isDeleteCyclic(one, model))
}

/** The templates whose objects a delete locks: those that it deletes by cascade, which it follows further, and those that it unsets. */
function listReached(template: Template, model: TemplateModel): readonly Template[] {
  const gone = new Set<Template>()
  const unset = new Set<Template>()
  const open = [template]
  for (let next = open.pop(); next; next = open.pop()) {
    for (const { from, onDelete } of listReferrers(next, model)) {
      if (onDelete === 'unset') unset.add(from)
      if (onDelete !== 'cascade' || gone.has(from)) continue
      gone.add(from)
      open.push(from)
    }
  }
  return [...gone, ...unset]
}
