import type { MetaFieldName } from '../template/meta-fields.ts'
import { identifier, type Sql, sql } from './sql.ts'

/** The columns of `registry_object` behind `_meta`, and the type in which their values are compared. */
const metaColumns: Readonly<
  Record<MetaFieldName, { readonly column: string; readonly type: Sql; readonly kind: 'time' | 'text' | 'other' }>
> = {
  uuid: { column: 'uuid', type: sql`uuid`, kind: 'other' },
  version: { column: 'version', type: sql`int`, kind: 'other' },
  createTime: { column: 'created_at', type: sql`timestamptz`, kind: 'time' },
  updateTime: { column: 'updated_at', type: sql`timestamptz`, kind: 'time' },
  createdBy: { column: 'created_by', type: sql`text`, kind: 'text' },
  updatedBy: { column: 'updated_by', type: sql`text`, kind: 'text' },
  createdFor: { column: 'created_for', type: sql`text`, kind: 'text' },
  updatedFor: { column: 'updated_for', type: sql`text`, kind: 'text' },
}

/** The column of `registry_object` that holds a `_meta` value. */
export function metaColumnName(field: MetaFieldName): string {
  return metaColumns[field].column
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
  return sql`${identifier(row)}.${identifier(metaColumnName(field))}`
}
