import type { Template, TemplateModel } from '../../template/model.ts'
import { namingOfDocument, namingsOfFormers } from '../../template/naming.ts'
import type { DocumentForm } from './history-plan.ts'

/** How the documents of a template are shown. */
export function planDocument(template: Template, model: TemplateModel): DocumentForm {
  return { naming: namingOfDocument(template, model), formers: namingsOfFormers(template, model) }
}
