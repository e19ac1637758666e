import type { Path } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { type Condition, never } from './condition.ts'
import type { Binding, Given } from './open-value.ts'
import type { Author } from './plan.ts'
import { allRights, type Rights } from './rights.ts'
import { createSource, type Source } from './source.ts'

/** The context of planning: the templates, the request's limits, what it has used of them, and which objects it can see. */
export interface PlanRequest {
  readonly model: TemplateModel
  readonly limits: Limits
  readonly spent: Spent
  readonly author: Author
  readonly now: Date
  /** What relative times of filters start from. */
  readonly moment: () => Date
  /** The time as of which the root field reads. Undefined: as of now. */
  readonly at?: Given<string> | undefined
  readonly rights: Rights
  /** Whether the caller may see the schema. If not, messages name no part of it that the request does not name. */
  readonly introspects: boolean
  /** The objects of the template that this request can see: the only way to read any. Throws if it can see none, whatever they are. */
  readonly source: (template: Template) => Source
  /** The same, of no objects if this request can see none. */
  readonly sourceOrNone: (template: Template) => Source
}

/** Plans the `where` of a template. It is passed in to avoid a cycle of imports. */
export type PlanWhere = (input: unknown, template: Template, request: PlanRequest, path: Path) => Condition

/** How much of the limits all root fields of a request have used so far. */
export interface Spent {
  /** Objects that can be reached: the sizes of nested pages, multiplied. */
  nodes: number
  /** Conditions of filters. */
  conditions: number
  /** Values listed in filters. */
  listedValues: number
  /** Regular expressions in filters. */
  patterns: number
  /** Measures that sort or filter all objects once more. */
  measures: number
}

export function createPlanRequest(given: {
  readonly model: TemplateModel
  readonly limits: Limits
  readonly author: Author
  readonly rights?: Rights
  readonly introspects?: boolean
}): PlanRequest {
  const { model, limits, author, rights = allRights, introspects = true } = given
  const source = (template: Template): Source => {
    const visible = rights.granted('read', template)
    if (!visible) throw rights.refuse('read', template)
    return createSource(template, visible)
  }
  const sourceOrNone = (template: Template) => createSource(template, rights.granted('read', template) ?? never)
  const spent = nothingSpent()
  const now = new Date()
  return { model, limits, author, rights, introspects, source, sourceOrNone, spent, now, moment: () => now }
}

/** Fills the open values of conditions of roles, for a statement that has no variables. */
export function bindingOf({ now, rights }: Pick<PlanRequest, 'now' | 'rights'>): Binding {
  return { variables: {}, now, caller: rights.values }
}

/** What a request has used of its limits before it is planned. */
export function nothingSpent(): Spent {
  return { nodes: 0, conditions: 0, listedValues: 0, patterns: 0, measures: 0 }
}
