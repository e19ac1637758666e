/** A server written by hand for speed only: node:http and pg, one prepared statement per path, JSON built by PostgreSQL. */

import { createServer } from 'node:http'
import pg from 'pg'
import type { WorkloadName } from '../workloads.ts'
import { columnStatements, documentStatements, type RawStatements, upsertWithPast } from './raw-statements.ts'

const storages: Readonly<Record<string, RawStatements>> = {
  columns: columnStatements,
  past: { ...documentStatements, upsert: upsertWithPast },
}
const statements = storages[process.env['STORAGE'] ?? ''] ?? documentStatements
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })

createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const name = request.url?.slice(1) as WorkloadName
  const statement = statements[name]
  if (!statement) return response.writeHead(404).end()
  const values = statement.values(JSON.parse(Buffer.concat(chunks).toString()))
  const { rows } = await pool.query({ name, text: statement.text, values })
  response.setHeader('content-type', 'application/json')
  return response.end(rows[0].body)
}).listen(Number(process.env['PORT']), '127.0.0.1')
