import { withClient } from '../open-database-server.ts'

/** Of each result: how many versions it has had in ten years, and how many of them are kept. */
export const versions = { made: 100, kept: 20 } as const

/**
 * Stores what ten years have left, at one go: each of the results has had 100 versions, one after 36.5 days, at days of its own. The last
 * ones are kept, and the present one. The indexes are built afterwards. `note` is told what has been done.
 */
export async function storeYears(
  databaseUrl: string,
  { images, names, note }: { readonly images: number; readonly names: number; readonly note: (done: string) => void },
): Promise<void> {
  const results = images * names
  const version = (number: string) => `
    replace(json_build_array('role-' || i % ${names}, json_build_array('image-' || i / ${names}))::text, ', ', ',') as key,
    md5('result-' || i)::uuid as uuid,
    jsonb_build_object('name', 'role-' || i % ${names}, 'image', 'image-' || i / ${names}, 'commit', md5(i || '-' || ${number}),
      'passed', (i + ${number}) % 10 > 0, 'run', 'https://ci.example.org/runs/' || i * ${versions.made}::bigint + ${number},
      'finished', to_char(${begin('i', number)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as document,
    jsonb_build_object('image', json_build_array('image-' || i / ${names})::text) as refs,
    ${begin('i', number)} as begin`
  const created = `now() - interval '3650 days'`
  /** What was written one after another, in the order of time. */
  const each = `generate_series(0, ${results - 1}) as n, lateral (select (n::bigint * 7919 % ${results})::int as i) as given`
  function begin(i: string, number: string): string {
    return `(now() - (${versions.made} - ${number} + 1 - (${i}::bigint * 104729 % ${results})::float8 / ${results}) * interval '36.5 days')`
  }

  await withClient(databaseUrl, async (client) => {
    const { rows: indexes } = await client.query(
      `select c.relname as name, pg_get_indexdef(c.oid) as definition from pg_index i join pg_class c on c.oid = i.indexrelid
         left join pg_constraint k on k.conindid = c.oid
       where k.oid is null and not c.relispartition and i.indrelid = any(array['registry_past', 'registry_change', 'registry_result_objects']::regclass[])`,
    )
    for (const { name } of indexes) await client.query(`drop index "${name}"`)
    await client.query(
      `insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, changed_at, outcome)
       select 'result', key, uuid, document, refs, ${versions.made}, ${created}, begin, begin, 'UPDATED'
       from (select ${version(String(versions.made))} from ${each}) as result`,
    )
    // The images have been there for as long; without the triggers that keep what they were.
    await client.query(
      `set session_replication_role = replica;
       update registry_object set created_at = ${created}, updated_at = ${created}, changed_at = ${created} where template = 'image';
       reset session_replication_role`,
    )
    note('the present objects')
    for (let number = versions.made - versions.kept; number <= versions.made; number++) {
      const next = String(number + 1)
      if (number < versions.made)
        await client.query(
          `insert into registry_past (template, key, uuid, document, refs, version, created_at, valid_from, valid_to)
           select 'result', key, uuid, document, refs, ${number}, ${created}, begin, ended
           from (select ${version(String(number))}, ${begin('i', next)} as ended from ${each}) as result`,
        )
      await client.query(
        `insert into registry_change (template, key, uuid, outcome, version, changed_at, changed_by)
         select 'result', key, uuid, 'UPDATED', ${number}, begin, 'ci' from (select ${version(String(number))} from ${each}) as result`,
      )
      note(`version ${number}`)
    }
    for (const { definition } of indexes) await client.query(definition)
    note('the indexes')
    await client.query('vacuum analyze')
    note('the statistics')
  })
}
