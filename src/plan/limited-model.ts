import type { Limits } from '../limits.ts'
import type { TemplateModel } from '../template/model.ts'

/** What planning knows besides the request: the templates, and how much one request may ask of them. */
export interface LimitedModel extends TemplateModel {
  readonly limits: Limits
}
