/** Applies templates as a server does, and nothing else, until it is killed; for `kill-while-applying.ts`, as a process of its own. */

import { pino } from 'pino'
import { openStore } from '../../src/store/open-store.ts'
import { parseTexts } from '../support/registry.ts'

const { DATABASE_URL = '', TEMPLATES = '[]', ACCEPT_TEMPLATES = '' } = process.env
const store = openStore({ connection: { connectionString: DATABASE_URL } }, pino({ level: 'warn' }))
await store.prepare({
  files: { model: parseTexts(JSON.parse(TEMPLATES)), placeOf: () => undefined },
  consent: ACCEPT_TEMPLATES,
  serve: () => undefined,
})
setInterval(() => undefined, 60_000)
