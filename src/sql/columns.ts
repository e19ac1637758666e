import type { MetaFieldName } from '../template/meta-fields.ts'
import { identifier, join, type Sql, sql } from './sql.ts'

/** The columns of `registry_object` behind `_meta`, and the type in which their values are compared. The value is the greatest of them. */
const metaColumns: Readonly<
  Record<
    MetaFieldName,
    { readonly columns: readonly string[]; readonly type: Sql; readonly kind: 'time' | 'text' | 'other' }
  >
> = {
  uuid: { columns: ['uuid'], type: sql`uuid`, kind: 'other' },
  version: { columns: ['version'], type: sql`int`, kind: 'other' },
  createTime: { columns: ['created_at'], type: sql`timestamptz`, kind: 'time' },
  updateTime: { columns: ['updated_at', 'confirmed_at'], type: sql`timestamptz`, kind: 'time' },
  createdBy: { columns: ['created_by'], type: sql`text`, kind: 'text' },
  updatedBy: { columns: ['updated_by'], type: sql`text`, kind: 'text' },
  createdFor: { columns: ['created_for'], type: sql`text`, kind: 'text' },
  updatedFor: { columns: ['updated_for'], type: sql`text`, kind: 'text' },
}

/** The columns of `registry_object` that hold a `_meta` value. */
export function metaColumnNames(field: MetaFieldName): readonly string[] {
  return metaColumns[field].columns
}

/** A `_meta` value to compare and to order by, text by code point: `(o1.created_by collate "C")`. */
export function metaColumn(field: MetaFieldName, row: string): Sql {
  const column = plainMetaColumn(field, row)
  return metaColumns[field].kind === 'text' ? sql`(${column} collate "C")` : column
}

/** A parameter that is compared with a `_meta` column. */
export function metaValue(field: MetaFieldName, value: unknown): Sql {
  return sql`cast(${value} as ${metaColumns[field].type})`
}

export function metaValues(field: MetaFieldName, values: unknown): Sql {
  return sql`cast(${values} as ${metaColumns[field].type}[])`
}

/** A `_meta` value as it is shown: times in UTC with microseconds, `2026-11-22T07:57:31.322661Z`. */
export function metaText(field: MetaFieldName, row: string): Sql {
  return metaTextOf(field, plainMetaColumn(field, row))
}

/** The same for a value that comes from such a column. */
export function metaTextOf(field: MetaFieldName, value: Sql): Sql {
  return metaColumns[field].kind === 'time'
    ? sql`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    : value
}

/** The same as it stands in the table. */
export function plainMetaColumn(field: MetaFieldName, row: string): Sql {
  const columns = metaColumnNames(field).map((name) => sql`${identifier(row)}.${identifier(name)}`)
  const [first, ...others] = columns
  return first && others.length === 0 ? first : sql`greatest(${join(columns, ', ')})`
}
