import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { expect, inject, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { runOnServer } from '../support/run-on-server.ts'
import { printConnectionUrl } from '../support/test-connection.ts'

test('a database may have a name with any characters', async () => {
  const server = inject('postgres')
  const name = `a/b#c?d@e:f&g%2F"h ü ${randomBytes(6).toString('hex')}`
  const quoted = `"${name.replaceAll('"', '""')}"`
  await runOnServer(server, `create database ${quoted} template template0`)
  onTestFinished(() => runOnServer(server, `drop database ${quoted} with (force)`))
  const plain = printConnectionUrl({ ...server, database: name })
  for (const url of [plain, `${plain}${plain.includes('?') ? '&' : '?'}target_session_attrs=any`]) {
    const store = openStore({ connection: { connectionString: url } }, pino({ level: 'silent' }))
    const rows = await store.database.run({ text: 'select current_database() as name', values: [] })
    await store.close()
    expect(rows).toEqual([{ name }])
  }
})
