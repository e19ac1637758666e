import { hasOrder } from '../../template/field-types/has-order.ts'
import type { Field, Template } from '../../template/model.ts'

/** The fields whose targets can be the columns of a matrix: single references. */
export function matrixColumnFields(template: Template): readonly Field[] {
  return template.fields.filter((field) => field.reference && !field.list)
}

/** The fields that can be the rows of a matrix: those with an order, and single references. */
export function matrixRowFields(template: Template): readonly Field[] {
  const references = matrixColumnFields(template)
  return template.fields.filter((field) => hasOrder(field) || (references.length > 1 && references.includes(field)))
}

/** Whether there is a matrix of the template's objects. */
export function hasMatrix(template: Template): boolean {
  return matrixColumnFields(template).length > 0 && matrixRowFields(template).length > 0
}

/** Whether the references lead to several templates, so that the type of a column depends on the requested reference. */
export function hasSeveralColumnTypes(template: Template): boolean {
  return new Set(matrixColumnFields(template).map((field) => field.reference?.to)).size > 1
}
