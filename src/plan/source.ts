import type { Template } from '../template/model.ts'
import { always, type Condition } from './condition.ts'

/** The rows that a plan reads. Only `PlanRequest.source` makes sources, so that every read applies the caller's rights. */
export interface Source {
  readonly template: Template
  /** The objects of the template that exist for the caller. */
  readonly visible: Condition
}

/** The objects of the template that this condition selects. */
export function createSource(template: Template, visible: Condition): Source {
  return { template, visible }
}

/** All objects of the template. */
export function allObjects(template: Template): Source {
  return { template, visible: always }
}

export function seesAll({ visible }: Source): boolean {
  return visible.kind === 'always'
}
