/** Stands for a test that hangs: stops an embedded PostgreSQL, prints its folder, and never ends. */

import { join } from 'node:path'
import { pino } from 'pino'
import { createEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { createWatchedFolder } from '../support/watch-over.ts'
import { listProcessesIn } from './embedded-processes.ts'

const folder = createWatchedFolder('registry-hanging-')
const dataDir = join(folder, 'data ä')
await createEmbeddedPostgres({ dataDir, logger: pino({ level: 'silent' }) })
for (const pid of await listProcessesIn(join(dataDir, 'postgres'))) process.kill(pid, 'SIGSTOP')
console.log(folder)
setInterval(() => undefined, 60_000)
