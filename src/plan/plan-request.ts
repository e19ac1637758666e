import type { Limits } from '../limits.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import type { Author } from './plan.ts'
import { allObjects, type Source } from './source.ts'

/** What planning is given of a request: the templates, what it may ask for and has asked for, who asks and when. */
export interface PlanRequest {
  readonly model: TemplateModel
  readonly limits: Limits
  readonly spent: Spent
  readonly author: Author
  readonly now: Date
  /** The objects of the template that this request can see: the only way to read any. */
  readonly source: (template: Template) => Source
}

/** What all root fields of a request have asked for together so far. */
export interface Spent {
  /** Objects that can be reached: the sizes of pages inside each other, multiplied. */
  nodes: number
  /** Conditions of filters. */
  conditions: number
  /** Values listed in filters. */
  listedValues: number
}

export function createPlanRequest(given: {
  readonly model: TemplateModel
  readonly limits: Limits
  readonly author: Author
  readonly source?: (template: Template) => Source
}): PlanRequest {
  return { source: allObjects, ...given, now: new Date(), spent: { nodes: 0, conditions: 0, listedValues: 0 } }
}
