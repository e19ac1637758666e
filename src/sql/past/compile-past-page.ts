import { assertNever } from '../../errors.ts'
import type { PageEntry } from '../../plan/past/history-plan.ts'
import type { PageInfoEntry } from '../../plan/plan.ts'
import { jsonList, jsonObject, jsonOf, jsonOfConstant, jsonOfNumber } from '../json-text.ts'
import { empty, integer, type Sql, sql } from '../sql.ts'

/** A page of versions or differences. */
interface PastPage<Node> {
  readonly entries: readonly PageEntry<Node>[]
  readonly size: number
  /** Whether a cursor leads to it. */
  readonly isContinued: boolean
  /** The first rows behind the cursor, one more than the page has, with their `position` from 1 on. */
  readonly rows: (limit: Sql) => Sql
  /** The number of all rows. */
  readonly count: () => Sql
  /** The row's cursor. */
  readonly cursor: Sql
  /** The selected fields of the row, as JSON text. */
  readonly node: (entries: readonly Node[]) => Sql
  /** The alias of the rows. */
  readonly row: Sql
}

/**
 * The page as one JSON text:
 *
 *     (select '{"nodes":' || '[' || coalesce(string_agg(…, ',' order by o2.position) filter (where o2.position <= 20), '') || ']' || '}' from … having true)
 */
export function compilePastPage<Node>(page: PastPage<Node>): Sql {
  const { entries, size } = page
  const shown = sql`${page.row}.position <= ${integer(size)}`
  const value = jsonObject(
    entries.map((entry) => {
      switch (entry.kind) {
        case 'typename':
          return [entry.key, jsonOfConstant(entry.name)]
        case 'totalCount':
          return [entry.key, jsonOfNumber(page.count())]
        case 'nodes':
          return [entry.key, jsonList(page.node(entry.entries), { order: sql`${page.row}.position`, filter: shown })]
        case 'pageInfo':
          return [entry.key, jsonObject(entry.entries.map((one) => [one.key, compilePageInfo(one, page, shown)]))]
        default:
          return assertNever(entry)
      }
    }),
  )
  const isRead = entries.some(({ kind }) => kind === 'nodes' || kind === 'pageInfo')
  // A part of the page may be constant; without an aggregate, the query would return a row for each version.
  return isRead ? sql`(select ${value} from ${page.rows(sql`limit ${integer(size + 1)}`)} having true)` : value
}

function compilePageInfo<Node>(entry: PageInfoEntry, page: PastPage<Node>, shown: Sql): Sql {
  if (entry.kind === 'typename') return jsonOfConstant(entry.name)
  const at = (direction: Sql) =>
    jsonOf(sql`(array_agg(${page.cursor} order by ${page.row}.position${direction}) filter (where ${shown}))[1]`)
  switch (entry.field) {
    case 'hasNextPage':
      return jsonOfNumber(sql`count(*) > ${integer(page.size)}`)
    case 'hasPreviousPage':
      return page.isContinued ? sql`'true'` : sql`'false'`
    case 'startCursor':
      return at(empty)
    case 'endCursor':
      return at(sql` desc`)
    default:
      return assertNever(entry.field)
  }
}
