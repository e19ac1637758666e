import { countOperators, fieldComparisons } from '../plan/condition.ts'
import { type TimeBucket, timeBuckets } from '../plan/groups.ts'
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
import { fieldChangeType } from '../template/names/past-type-names.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import type { InputField, TypeName } from './lazy/type-definitions.ts'
import { resolveObjectType } from './resolve-object-type.ts'
import { scalars } from './scalars.ts'

/** The types that every registry has, independent of its templates. */
export function defineSharedTypes(builder: DynamicBuilder, model: TemplateModel): void {
  for (const scalar of scalars) builder.scalar(scalar)
  builder.enumeration(
    'OrderDirection',
    { asc: { description: 'Absent values last' }, desc: { description: 'Absent values first' } },
    'Which values come first in a list.',
  )
  builder.enumeration(
    'UpsertOutcome',
    {
      CREATED: { description: 'There was no object with this key' },
      UPDATED: { description: 'The object differs from before; its version is one higher' },
      UNCHANGED: { description: 'Nothing differs; only the update time has changed' },
    },
    'What an upsert did to an object.',
  )
  builder.enumeration(
    'UpsertMode',
    {
      ATOMIC: { description: 'All inputs are written, or none' },
      INDEPENDENT: { description: 'Each input is written or refused on its own' },
    },
    'What happens to the other inputs of a batch if one is refused.',
  )

  builder.interface(
    'RegistryObject',
    { description: 'An object of any template.', resolveType: resolveObjectType },
    () => ({
      _meta: { type: 'Meta', description: 'What the registry records about the object.' },
      _document: { type: 'JSON', description: 'The whole stored document, references as keys.' },
    }),
  )
  builder.object('Meta', { description: 'What the registry records about an object.' }, () => ({
    uuid: { type: 'UUID', description: 'Identifies the object among those of all templates.' },
    version: { type: 'Int', description: 'Starts at 1 and grows by one with every change.' },
    createTime: { type: 'DateTime', description: 'When the object was created.' },
    updateTime: { type: 'DateTime', description: 'When the object was last written, or confirmed unchanged.' },
    createdBy: { type: 'String', nullable: true, description: 'Who created it, if that is known.' },
    updatedBy: { type: 'String', nullable: true, description: 'Who last changed it, if that is known.' },
    createdFor: { type: 'String', nullable: true, description: `${onBehalf} created it.` },
    updatedFor: { type: 'String', nullable: true, description: `${onBehalf} last changed it.` },
  }))
  builder.object('PageInfo', { description: 'The position of a page in its list.' }, () => ({
    hasNextPage: { type: 'Boolean', description: 'Whether there are objects after this page.' },
    hasPreviousPage: { type: 'Boolean', description: 'Whether there are objects before this page.' },
    startCursor: { type: 'String', nullable: true, description: 'The first cursor; null if the page is empty.' },
    endCursor: { type: 'String', nullable: true, description: 'The last cursor, to go on from with after.' },
  }))
  builder.object(
    fieldChangeType(model),
    { description: 'A field that has changed, with its values as in _document.' },
    () => ({
      field: { type: 'String', description: "The field's own name, as in the template." },
      before: { type: 'JSON', nullable: true, description: 'Null if there was none.' },
      after: { type: 'JSON', nullable: true, description: 'Null if there is none any more.' },
    }),
  )
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
      createdFor: { type: 'String' },
      updatedFor: { type: 'String' },
    }),
  )
  builder.input('MetaOrderBy', { description: 'An ordering by what the registry records about objects.' }, () =>
    Object.fromEntries(Object.keys(metaFields).map((name) => [name, { type: 'OrderDirection' }])),
  )
  builder.filter(
    'MetaWhere',
    () =>
      Object.fromEntries(
        Object.values(metaFields).map(({ name, type }) => [name, { type: filterNamesOf(fieldTypes[type]).filter }]),
      ),
    'Conditions on what the registry records about objects; all of them must hold.',
  )
  defineGroupTypes(builder)
  builder.enumeration(
    'MatrixState',
    {
      PRESENT: { description: 'The cell has at least one object' },
      MISSING: { description: 'The cell has no object' },
    },
    'Whether a cell of a matrix has objects.',
  )
}

const onBehalf = 'On whose behalf, as a caller with credentials of its own said in X-Registry-Actor when it'

const bucketDescriptions: Readonly<Record<TimeBucket, string>> = {
  MINUTE: 'From its first second on',
  HOUR: 'From its first minute on',
  DAY: 'From midnight on',
  WEEK: 'From Monday on',
  MONTH: 'From its first day on',
  QUARTER: 'From the first day of January, April, July or October on',
  YEAR: 'From the first of January on',
}

function defineGroupTypes(builder: DynamicBuilder): void {
  builder.enumeration(
    'TimeBucket',
    Object.fromEntries(timeBuckets.map((name) => [name, { description: bucketDescriptions[name] }])),
    'A calendar span, in UTC.',
  )
  builder.enumeration(
    'GroupOrder',
    {
      KEY: { description: 'By the values of the key, ascending, absent ones last' },
      COUNT: { description: 'The largest groups first; equal counts by key' },
    },
    'The order of groups.',
  )
  builder.object('MetaRange', { description: 'The least or greatest values in _meta.' }, () => ({
    version: { type: 'Int', nullable: true },
    createTime: { type: 'DateTime', nullable: true },
    updateTime: { type: 'DateTime', nullable: true },
  }))
  builder.object('MetaGroupKey', { description: 'The beginnings of the buckets of the times in _meta.' }, () =>
    Object.fromEntries(metaTimes.map((name) => [name, { type: 'DateTime', nullable: true }])),
  )
  builder.input('MetaGroupBy', { description: 'Groups by spans of the times in _meta.' }, () =>
    Object.fromEntries(metaTimes.map((name) => [name, { type: 'TimeBucket' }])),
  )
}

function defineErrorTypes(builder: DynamicBuilder): void {
  builder.object('InputIssue', { description: 'One problem of an input.' }, () => ({
    path: { type: ['String'], description: 'From the argument inwards, with positions in lists as texts.' },
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
      builder.filter(
        filter,
        () => ({
          ...(type.hasInside && {
            path: {
              type: ['String'],
              description: 'Where in the value to look: names, and positions in lists such as "0"',
            },
          }),
          ...filterFields(scalar, false, type.operators, type.ordering && comparison),
        }),
        `Conditions on a value of the type ${type.name}; all of them must hold.`,
      )
      builder.filter(
        listFilter,
        () => filterFields(scalar, true, [...equalityOperators, ...listOperators]),
        `Conditions on a list of values of the type ${type.name}; all of them must hold.`,
      )
    }
  }
  builder.enumeration(
    'QueryMode',
    {
      default: { description: 'Upper and lower case differ' },
      insensitive: { description: 'Upper and lower case are the same' },
    },
    'How texts compare.',
  )
  builder.filter(
    'CountFilter',
    () => filterFields('Int', false, countOperators),
    'Conditions on how many objects there are; all of them must hold.',
  )
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
