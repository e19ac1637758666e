/** What is written by hand where speed is all: node:http and pg, a prepared statement for each path, JSON built by PostgreSQL. */

import { createServer } from 'node:http'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })

const list = `select json_build_object('data', json_build_object('images', json_build_object('nodes', coalesce(json_agg(
    json_build_object('name', document->'name', 'distr', document->'distr', 'version', document->'version', 'lts', document->'lts')), '[]'))))::text as body
  from (select document from registry_object where template = 'image' order by created_at, key limit 100) as page`

const upsert = `with written as (
    insert into registry_object as o (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
    values ('image', json_build_array($1::text)::text, gen_random_uuid(), jsonb_build_object('name', $1::text, 'kernel', $2::text), '{}', 1, now(), now(), 'CREATED')
    on conflict (template, key) do update set document = o.document || excluded.document, version = o.version + 1, updated_at = now(), outcome = 'UPDATED'
    returning *),
  change as (insert into registry_change (template, key, uuid, outcome, version, document, changed_at)
    select template, key, uuid, outcome, version, document, updated_at from written)
  select json_build_object('data', json_build_object('version', version))::text as body from written`

createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { rows } =
    request.url === '/list'
      ? await pool.query({ name: 'list', text: list })
      : await pool.query({ name: 'upsert', text: upsert, values: JSON.parse(Buffer.concat(chunks).toString()) })
  response.setHeader('content-type', 'application/json')
  response.end(rows[0].body)
}).listen(Number(process.env['PORT']), '127.0.0.1')
