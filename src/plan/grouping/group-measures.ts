import { fieldTypes } from '../../template/field-types/field-types.ts'
import { type MetaFieldName, metaFields } from '../../template/meta-fields.ts'
import type { Field, FieldTypeName, Template } from '../../template/model.ts'
import type { AggregateFunction, Measure } from './measure.ts'

/** A measure of each group, as a field of a document that the group has for conditions and orderings. */
export interface GroupMeasure {
  readonly measure: Measure
  readonly field: Field
}

/** Collects the measures that the arguments of one `groupBy` name. */
export interface GroupMeasures {
  readonly list: readonly GroupMeasure[]
  /** Adds a measure and returns its field. */
  readonly add: (measure: Measure) => Field
}

/** Collects none so far; a field's attribute is `m` and its place in the list. */
export function createGroupMeasures(): GroupMeasures {
  const list: GroupMeasure[] = []
  return {
    list,
    add(measure) {
      const field: Field = {
        ...formOf(measure),
        attribute: `m${list.length}`,
        isKey: false,
        unique: false,
        indexed: false,
        isFilling: false,
        fill: undefined,
      }
      list.push({ measure, field })
      return field
    },
  }
}

/** The measure that a function makes of a field of the template. */
export function measureOf(how: AggregateFunction, name: string, template: Template): Measure {
  const field = template.fieldByName.get(name)
  if (!field) throw new Error(`no field "${name}" in "${template.name}"`)
  return { kind: 'value', ...how, field }
}

/** The same of a value of `_meta`. */
export function metaMeasureOf(how: AggregateFunction, name: string): Measure {
  return { kind: 'value', ...how, meta: name as MetaFieldName }
}

/** A field of the type that the measure's values have. */
function formOf(measure: Measure): Field {
  if (measure.kind === 'count') return { ...metaFields.version, name: 'count' }
  if (measure.kind === 'rate') return { ...metaFields.version, name: 'rate', type: 'float' }
  if ('meta' in measure) return metaFields[measure.meta]
  const { field } = measure
  switch (measure.function) {
    case 'min':
    case 'max':
      return field
    case 'distinctCount':
      return { ...metaFields.version, name: field.name }
    case 'avg':
    case 'sum':
    case 'percentile':
      return { ...field, type: typeOfTotal(field, measure.function === 'sum' ? 'sum' : 'avg') }
  }
}

/** A sum of bigints may have more digits than a bigint, so it compares as a number. */
const typesByScalar: Readonly<Record<string, FieldTypeName>> = {
  Float: 'float',
  BigInt: 'float',
  Duration: 'duration',
}

function typeOfTotal(field: Field, total: 'avg' | 'sum'): FieldTypeName {
  const type = typesByScalar[fieldTypes[field.type].totals?.[total] ?? '']
  if (!type) throw new Error(`"${field.name}" cannot be added up`)
  return type
}
