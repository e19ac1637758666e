import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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

describe('what may be why a setting is refused is said with it', () => {
  const broken = 'ADMIN_TOKEN=abc#defghijklmnopq\nDATADIR=data\n'
  const ofLine = '.env:1: ADMIN_TOKEN: what follows "#" is a comment; put the value in quotes to keep it'
  const ofName = 'DATADIR is not a variable of the registry and has no effect; did you mean DATA_DIR?'

  test('by a start, which has no log yet', async () => {
    const server = await start(broken, { LOG_LEVEL: 'silent' })
    expect((await server.ended).code).toBe(1)
    expect(server.stdout()).toBe('')
    expect(server.stderr().split('\n')).toEqual([
      expect.stringMatching(
        /^ADMIN_TOKEN: the token \(not shown\) has 3 characters, which can be guessed; expected 16 /,
      ),
      `warning: ${ofLine}`,
      `warning: ${ofName}`,
      '',
    ])
  })

  test.each(['backup copy', 'restore copy', 'upgrade', 'templates check', 'templates plan'])(
    'by registry %s',
    async (command) => {
      await writeFile(join(folder, '.env'), broken)
      const program = startProcess({}, [resolve('dist/bin/registry.cjs'), ...command.split(' ')], { cwd: folder })
      await program.ended
      expect(program.stderr()).toContain(`warning: ${ofLine}\nwarning: ${ofName}\n`)
    },
  )

  test('by registry doctor', async () => {
    await writeFile(join(folder, '.env'), broken)
    const program = startProcess({}, [resolve('dist/bin/registry.cjs'), 'doctor'], { cwd: folder })
    expect((await program.ended).code).toBe(1)
    expect(program.stdout()).toMatch(/^fail {2}settings {3}ADMIN_TOKEN: the token \(not shown\) has 3 characters/m)
    for (const warning of [ofLine, ofName]) expect(program.stdout()).toContain(warning)
  })
})
