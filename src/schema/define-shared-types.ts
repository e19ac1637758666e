import { countOperators, fieldComparisons } from '../plan/condition.ts'
import { timeBuckets } from '../plan/groups.ts'
import { metaTimes } from '../plan/plan-group-by.ts'
import {
  equalityOperators,
  type FieldType,
  listOperators,
  scalarNameOf,
  textOperators,
} from '../template/field-types/field-type.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { type OperatorName, operators } from '../template/field-types/operators.ts'
import { giveWay } from '../template/graphql-names.ts'
import { metaFields } from '../template/meta-fields.ts'
import type { TemplateModel } from '../template/model.ts'
import type { DynamicBuilder, InputField, TypeName } from './dynamic-builder.ts'
import { resolveObjectType } from './resolve-object-type.ts'
import { scalars } from './scalars.ts'

/** The types that every registry has, independent of its templates. */
export function defineSharedTypes(builder: DynamicBuilder, model: TemplateModel): void {
  for (const scalar of scalars) builder.scalar(scalar)
  builder.enumeration('OrderDirection', {
    asc: { description: 'Absent values last' },
    desc: { description: 'Absent values first' },
  })
  builder.enumeration('UpsertOutcome', {
    CREATED: { description: 'There was no object with this key' },
    UPDATED: { description: 'The object differs from before; its version is one higher' },
    UNCHANGED: { description: 'Nothing differs; only the update time has changed' },
  })
  builder.enumeration('UpsertMode', {
    ATOMIC: { description: 'All inputs are written, or none' },
    INDEPENDENT: { description: 'Each input is written or refused on its own' },
  })

  builder.interface(
    'RegistryObject',
    { description: 'An object of any template.', resolveType: resolveObjectType },
    () => ({
      _meta: { type: 'Meta' },
      _document: { type: 'JSON', description: 'The whole stored document, references as keys.' },
    }),
  )
  builder.object('Meta', { description: 'What the registry records about an object.' }, () => ({
    uuid: { type: 'UUID' },
    version: { type: 'Int', description: 'Starts at 1 and grows by one with every change.' },
    createTime: { type: 'DateTime' },
    updateTime: { type: 'DateTime', description: 'When the object was last written, or confirmed unchanged.' },
    createdBy: { type: 'String', nullable: true },
    updatedBy: { type: 'String', nullable: true },
  }))
  builder.object('PageInfo', { description: 'The position of a page in its list.' }, () => ({
    hasNextPage: { type: 'Boolean' },
    hasPreviousPage: { type: 'Boolean' },
    startCursor: { type: 'String', nullable: true },
    endCursor: { type: 'String', nullable: true },
  }))
  defineErrorTypes(builder)
  defineSharedFilters(builder, model)
  builder.input(
    'MetaInput',
    {
      description:
        'Metadata of an imported object. It applies to new objects only; updateTime also replaces the current time for existing ones, unless it is earlier than the stored one.',
    },
    () => ({
      uuid: { type: 'UUID' },
      version: { type: 'Int' },
      createTime: { type: 'DateTime' },
      updateTime: { type: 'DateTime' },
      createdBy: { type: 'String' },
      updatedBy: { type: 'String' },
    }),
  )
  builder.input('MetaOrderBy', {}, () =>
    Object.fromEntries(Object.keys(metaFields).map((name) => [name, { type: 'OrderDirection' }])),
  )
  builder.filter('MetaWhere', () =>
    Object.fromEntries(
      Object.values(metaFields).map(({ name, type }) => [name, { type: filterNamesOf(fieldTypes[type]).filter }]),
    ),
  )
  defineGroupTypes(builder)
  builder.enumeration('MatrixState', {
    PRESENT: { description: 'The cell has at least one object' },
    MISSING: { description: 'The cell has no object' },
  })
}

function defineGroupTypes(builder: DynamicBuilder): void {
  builder.enumeration(
    'TimeBucket',
    Object.fromEntries(timeBuckets.map((name) => [name, name === 'WEEK' ? { description: 'From Monday on' } : {}])),
    'A calendar span, in UTC.',
  )
  builder.enumeration('GroupOrder', {
    KEY: { description: 'By the values of the key, ascending, absent ones last' },
    COUNT: { description: 'The largest groups first; equal counts by key' },
  })
  builder.object('MetaRange', { description: 'The least or greatest values in _meta.' }, () => ({
    version: { type: 'Int', nullable: true },
    createTime: { type: 'DateTime', nullable: true },
    updateTime: { type: 'DateTime', nullable: true },
  }))
  builder.object('MetaGroupKey', { description: 'The beginnings of the buckets of the times in _meta.' }, () =>
    Object.fromEntries(metaTimes.map((name) => [name, { type: 'DateTime', nullable: true }])),
  )
  builder.input('MetaGroupBy', {}, () => Object.fromEntries(metaTimes.map((name) => [name, { type: 'TimeBucket' }])))
}

function defineErrorTypes(builder: DynamicBuilder): void {
  builder.object('InputIssue', { description: 'One problem of an input.' }, () => ({
    path: { type: ['String'], description: 'From the argument inwards.' },
    code: { type: 'String' },
    message: { type: 'String' },
    template: {
      type: 'String',
      nullable: true,
      description: 'The template of the object that is missing, for REFERENCE_NOT_FOUND.',
    },
    key: { type: 'String', nullable: true, description: 'The key of that object, a JSON array of its values.' },
  }))
  builder.object('BatchError', { description: 'Why one input of a batch was refused.' }, () => ({
    code: { type: 'String' },
    message: { type: 'String' },
    issues: { type: ['InputIssue'] },
  }))
}

/**
 * The filter of each type that has a scalar, and of lists of them: `StringFilter`, `StringListFilter`. The types of one scalar
 * stand together in the SDL.
 */
function defineSharedFilters(builder: DynamicBuilder, model: TemplateModel): void {
  const types = Object.values(fieldTypes)
  const comparison = fieldComparisonType(model)
  const names = Object.fromEntries(fieldComparisons.map((name) => [name, { type: 'String' }]))
  builder.filter(
    comparison,
    () => names,
    'Compares a field with another one of the same object, which is given by its name.',
  )
  for (const scalar of new Set(types.flatMap((type) => scalarNameOf(type) ?? []))) {
    for (const type of types.filter((one) => scalarNameOf(one) === scalar)) {
      const { filter, listFilter } = filterNamesOf(type)
      builder.filter(filter, () => ({
        ...(type.hasInside && {
          path: {
            type: ['String'],
            description: 'Where in the value to look: names, and positions in lists such as "0"',
          },
        }),
        ...filterFields(scalar, false, type.operators, type.ordering && comparison),
      }))
      builder.filter(listFilter, () => filterFields(scalar, true, [...equalityOperators, ...listOperators]))
    }
  }
  builder.enumeration('QueryMode', {
    default: { description: 'Upper and lower case differ' },
    insensitive: { description: 'Upper and lower case are the same' },
  })
  builder.filter('CountFilter', () => filterFields('Int', false, countOperators))
}

/** The type that compares two fields of one object. */
export function fieldComparisonType(model: TemplateModel): string {
  return giveWay('FieldComparison', 'type', model)
}

/** The names of the filters that all fields of a type share. */
export function filterNamesOf(type: FieldType): { readonly filter: string; readonly listFilter: string } {
  const name = type.filterName ?? scalarNameOf(type)
  return { filter: `${name}Filter`, listFilter: `${name}ListFilter` }
}

/** The operators of a filter, on values of one type or on lists of them. */
export function filterFields(
  type: string,
  list: boolean,
  names: readonly OperatorName[],
  comparison?: string,
): Record<string, InputField> {
  const fields: Record<string, InputField> = Object.fromEntries(
    names.map((name) => {
      const { takes, description } = operators[name]
      const value: TypeName = list ? [type] : type
      const types: Record<typeof takes, TypeName> = {
        value,
        ordered: value,
        values: [value],
        item: type,
        items: [type],
        text: 'String',
        pattern: 'String',
        boolean: 'Boolean',
      }
      return [name, { type: types[takes], description }]
    }),
  )
  if (comparison) fields['field'] = { type: comparison, description: 'Compares with another field of the object' }
  const hasTexts = textOperators.some((name) => names.includes(name))
  return hasTexts ? { ...fields, mode: { type: 'QueryMode', description: 'How texts compare' } } : fields
}
