import type { Template, TemplateModel } from '../template/model.ts'
import { always, type Condition, withoutKeys } from './condition.ts'
import type { OpenValue } from './open-value.ts'

/** The rows that a plan reads. Only `PlanRequest.source` makes sources, so that every read applies the caller's rights. */
export interface Source {
  readonly template: Template
  /** The objects of the template that exist for the caller. */
  readonly visible: Condition
  /** The time as of which it has the objects, in its stored form. Undefined: as they are. */
  readonly at?: OpenValue | undefined
  /** With a time: all templates, with which documents of then are brought in step. */
  readonly model?: TemplateModel | undefined
  /** With a time: only the objects that are still what they were, or only what others were. Undefined: both. */
  readonly versions?: 'present' | 'past'
}

/** The objects of the template that this condition selects. */
export function createSource(template: Template, visible: Condition): Source {
  return { template, visible }
}

/** The same objects as they were, with the condition on what they were. */
export function sourceAsOf(source: Source, at: OpenValue, visible: Condition, model: TemplateModel): Source {
  return { ...source, visible, at, model }
}

/**
 * The same objects for the feed, whose changes may stand under another key that the template has had, or has on newer servers already: the
 * condition goes by the values of the key alone.
 */
export function sourceUnderAnyKey(source: Source): Source {
  return { ...source, visible: withoutKeys(source.visible) }
}

/** All objects of the template. */
export function allObjects(template: Template): Source {
  return { template, visible: always }
}

export function seesAll({ visible }: Source): boolean {
  return visible.kind === 'always'
}
