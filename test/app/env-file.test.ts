import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase } from '../support/postgres.ts'
import { startProcess, stopProcesses } from './start-process.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry env file '))
})
afterEach(async () => {
  await stopProcesses()
  await rm(folder, { recursive: true, force: true })
})

/** Starts a server in a folder that has this `.env`. */
async function start(envFile: string, env: Readonly<Record<string, string>> = {}) {
  await writeFile(join(folder, '.env'), envFile)
  return startProcess({ TEMPLATES_DIR: join(process.cwd(), 'object-templates'), ...env }, undefined, { cwd: folder })
}

test('a token in the last line whose quote is not closed protects the server, as the warning says', async () => {
  const database = await createTestDatabase()
  try {
    const server = await start(`ADMIN_TOKEN="abcdefghijklmnopqrstu\n`, { DATABASE_URL: database.url })
    const url = await server.ready()
    expect(server.stdout()).toContain(
      String.raw`.env:1: ADMIN_TOKEN: the quote \" is not closed, and counts as part of the value`,
    )
    const statusFor = async (headers: Readonly<Record<string, string>>) => {
      const body = JSON.stringify({ query: '{ images { totalCount } }' })
      const { status } = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      })
      return status
    }
    expect(await statusFor({})).toBe(401)
    expect(await statusFor({ authorization: 'Bearer "abcdefghijklmnopqrstu' })).toBe(200)
    await server.stop()
  } finally {
    await database.drop()
  }
})
