import type { TestRegistry } from './registry.ts'

/** The time of the database, after which the next write comes. */
export async function databaseTime({ sql }: Pick<TestRegistry, 'sql'>): Promise<string> {
  const [row] = await sql(
    `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`,
  )
  return String(row?.['now'])
}
