/**
 * A server small enough to be killed: starts the embedded PostgreSQL of argv[2], and prints a line of JSON once it
 * runs. With argv[3] "write" it then inserts 1, 2, 3, … and prints each number that was committed. Exit code 1 and
 * the message on stderr if it cannot start; SIGTERM and SIGINT stop it.
 */
import pg from 'pg'
import { pino } from 'pino'
import { createEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'

const [, , dataDir = '', mode] = process.argv
try {
  const postgres = await createEmbeddedPostgres({ dataDir, logger: pino({ level: 'silent' }) })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void postgres.stop().then(() => process.exit(0)))
  }
  console.log(JSON.stringify(postgres.connection))
  if (mode === 'write') {
    const client = new pg.Client(postgres.connection)
    await client.connect()
    await client.query('create table if not exists written (n bigint primary key)')
    for (let n = 1; ; n++) {
      await client.query('insert into written values ($1)', [n])
      console.log(n)
    }
  }
} catch (error) {
  console.error(`${(error as Error).name}: ${(error as Error).message}`)
  process.exit(1)
}
