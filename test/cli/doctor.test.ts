import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { startProcess, stopProcesses } from '../app/start-process.ts'
import { findOwnPort } from '../support/find-own-port.ts'
import { createEmptyDatabase, directUrlOf } from '../support/postgres.ts'
import { startRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let program: RegistryProgram
beforeAll(async () => {
  program = await createRegistryProgram('http://127.0.0.1:1/graphql')
  cpSync('object-templates', join(program.folder, 'object-templates'), { recursive: true })
})
afterEach(async () => {
  await stopProcesses()
  for (const name of ['.env', '.registry', 'object-access', 'wrong'])
    rmSync(join(program.folder, name), { recursive: true, force: true })
})
afterAll(() => program.remove())

/** What it finds, by check; several findings of one check are one text. */
async function examine(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const { code, stdout, stderr } = await program.run(['doctor', '-o', 'json', ...args], { env })
  expect(stderr).toBe('')
  const { healthy, findings, settings } = JSON.parse(stdout) as {
    readonly healthy: boolean
    readonly findings: readonly Finding[]
    readonly settings: unknown
  }
  expect(code).toBe(healthy ? 0 : 1)
  const checks = new Map<string, string>()
  for (const { check, status, found, remedy } of findings) {
    const text = `${status} ${found}${remedy === undefined ? '' : ` → ${remedy}`}`
    checks.set(check, checks.has(check) ? `${checks.get(check)}\n${text}` : text)
  }
  return { healthy, checks: Object.fromEntries(checks), settings, stdout }
}

describe('registry doctor', () => {
  test('before the first start finds what there is, says where it cannot look, and changes nothing', async () => {
    const port = String(await findOwnPort())
    const before = readdirSync(program.folder)
    const { code, stdout } = await program.run(['doctor', '--port', port])
    expect(code).toBe(0)
    expect(stdout.replace(/ [\d.]+ of [\d.]+ GB/, ' 1 of 2 GB').replace(/on Node [\d.]+/, 'on Node 20')).toBe(
      [
        `ok    settings   PORT=${port} (--port)`,
        'ok    versions   registry-store 0.1.0 on Node 20',
        'ok    templates  3 in object-templates: image, person, role',
        'ok    access     no rules: everyone who reaches the port may do everything',
        `ok    data       no data in ${program.folder}/.registry yet; the first start makes them`,
        `ok    disk       1 of 2 GB are free where ${program.folder} is`,
        'warn  database   not looked at: the embedded PostgreSQL is not running; start the server, then look again',
        'warn  plan       not looked at: the embedded PostgreSQL is not running; start the server, then look again',
        `ok    port       no server runs at 127.0.0.1:${port}, which is free`,
        '',
      ].join('\n'),
    )
    expect(readdirSync(program.folder)).toEqual(before)
  })

  test('looks into an embedded PostgreSQL that runs, and asks its server', async () => {
    const port = String(await findOwnPort())
    const env = { DATA_DIR: '.registry', PORT: port }
    const server = startProcess(env, undefined, { cwd: program.folder })
    await server.ready()
    const { healthy, checks } = await examine(env)
    expect(checks).toMatchObject({
      data: `ok PostgreSQL 18 is running on ${program.folder}/.registry`,
      database: expect.stringMatching(
        /^ok PostgreSQL 18\.\d+, registry of registry_server, UTF8, collation C, \d+ MB$/,
      ),
      writing: 'ok it takes writes',
      connections: expect.stringMatching(/^ok \d+ of \d+ connections are free$/),
      clock: expect.stringMatching(/^ok the clock of the database is \d+ ms (ahead|behind), exact to \d+ ms$/),
      migrations: 'ok all are applied',
      plan: 'ok the templates are those that were applied last',
      server: `ok it answers at 127.0.0.1:${port}: ready (registry-store 0.1.0)`,
    })
    expect(healthy).toBe(true)
    const elsewhere = await examine(env, ['--port', String(await findOwnPort())])
    expect(elsewhere.checks['data']).toContain('warn PostgreSQL is running on DATA_DIR, and no server answers where')
    await server.stop()
    expect((await examine(env)).checks['data']).toBe(
      `ok data of PostgreSQL 18 in ${program.folder}/.registry, which is not running`,
    )
  })

  test('fails for data on which no start would succeed: of another PostgreSQL, or left by an interrupted upgrade', async () => {
    const env = { DATA_DIR: '.registry', PORT: String(await findOwnPort()) }
    const folder = join(program.folder, '.registry')
    mkdirSync(join(folder, 'postgres'), { recursive: true })
    writeFileSync(join(folder, 'postgres/PG_VERSION'), '17\n')
    expect((await examine(env)).checks).toMatchObject({
      data:
        `fail data of PostgreSQL 17 in ${folder}, which is not running; this version brings PostgreSQL 18` +
        ` → Have it take the data over with: registry upgrade --data-dir "${folder}"`,
      plan: 'warn not looked at: DATA_DIR cannot be used',
    })
    writeFileSync(join(folder, 'postgres/PG_VERSION'), '99\n')
    expect((await examine(env)).checks['data']).toMatch(/^fail .* → Start a newer version of registry\.$/)
    renameSync(join(folder, 'postgres'), join(folder, 'postgres.version-17-2026-01-01T000000'))
    expect((await examine(env)).checks['data']).toMatch(
      /^fail There are no data in [\s\S]* was interrupted [\s\S]* mv "/,
    )
  })

  test.each([
    ['all of them', ''],
    ['a folder', 'postgres/base'],
    ['a file', 'postgres/base/1'],
  ])('fails for data of which the user of the server cannot write %s', async (_, part) => {
    const folder = join(program.folder, '.registry')
    mkdirSync(join(folder, 'postgres/base'), { recursive: true })
    writeFileSync(join(folder, 'postgres/PG_VERSION'), '18\n')
    writeFileSync(join(folder, 'postgres/base/1'), '')
    // root may write everything.
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined
    if (user) execFileSync('chown', ['-R', '65534:65534', program.folder])
    if (user) chmodSync(program.folder, 0o755)
    const look = async () => {
      const env = { DATA_DIR: '.registry', PORT: String(await findOwnPort()) }
      const doctor = startProcess(env, [resolve('dist/bin/registry.cjs'), 'doctor'], { cwd: program.folder, ...user })
      await doctor.ended
      return doctor.stdout()
    }
    try {
      expect(await look()).toContain(`ok    data       data of PostgreSQL 18 in ${folder}, which is not running`)
      execFileSync('chmod', ['-R', 'a-w', join(folder, part)])
      expect(await look()).toContain(
        `fail  data       ${join(folder, part)} cannot be used: permission denied\n                 → Run registry as the owner of DATA_DIR`,
      )
    } finally {
      execFileSync('chmod', ['-R', 'u+w', folder])
    }
  })

  test('reports everything that is wrong at once, each with what to do, and shows no secret', async () => {
    mkdirSync(join(program.folder, 'wrong'))
    writeFileSync(join(program.folder, 'wrong/image.yaml'), 'name: image\nkey: [nam]\nfields:\n  name: strnig\n')
    writeFileSync(join(program.folder, '.env'), 'TEMPLATES_DIR=wrong\nsecret-word\nLOGLEVEL=secret-word\nPORT=http\n')
    const { healthy, checks, settings, stdout } = await examine({
      DATABASE_URL: 'mysql://root:secret-word@db/x',
      DATABASE_REPLICA_URLS: 'postgresql://u:secret-word@127.0.0.1:1/x?password=secret-word',
      ADMIN_TOKEN: 'secret-word-0123456789',
      LIMIT_DEPTH: '50',
    })
    expect(healthy).toBe(false)
    expect(stdout).not.toContain('secret-word')
    expect(checks).toMatchObject({
      '.env': 'warn .env:2: the line has no "=" and is ignored; write NAME=value',
      settings: expect.stringMatching(
        /^ok DATABASE_REPLICA_URLS=postgresql:\/\/u:\*\*\*@127\.0\.0\.1:1\/x \(environment\), TEMPLATES_DIR=wrong \(\.env\), ADMIN_TOKEN=\*\*\* \(environment\), LIMIT_DEPTH=50 \(environment\)\nfail DATABASE_URL: its value.*\nfail PORT: "http" is not valid.*\nwarn LOGLEVEL is not/,
      ),
      templates: expect.stringMatching(
        /^fail 2 problems; the first: wrong\/image\.yaml:2:.* → registry templates check lists/,
      ),
      access: 'warn not looked at: roles are checked against the templates',
      database: 'warn not looked at: DATABASE_URL is wrong',
    })
    expect(settings).toEqual([
      { name: 'DATABASE_URL', value: '***', from: 'environment' },
      { name: 'DATABASE_REPLICA_URLS', value: 'postgresql://u:***@127.0.0.1:1/x', from: 'environment' },
      { name: 'PORT', value: 'http', from: '.env' },
      { name: 'TEMPLATES_DIR', value: 'wrong', from: '.env' },
      { name: 'ADMIN_TOKEN', value: '***', from: 'environment' },
      { name: 'LIMIT_DEPTH', value: '50', from: 'environment' },
    ])
  })

  test('tells an unreachable database, a port that another program has, and a server that is open to all', async () => {
    const other = createServer((_, response) => response.end('ready, but nothing of ours')).listen(0, '127.0.0.1')
    await new Promise((listening) => other.once('listening', listening))
    const { port } = other.address() as AddressInfo
    try {
      const unready = await examine({ DATABASE_URL: 'postgresql://u:secret-word@127.0.0.1:1/x', PORT: String(port) })
      expect(unready.stdout).not.toContain('secret-word')
      expect(unready.checks).toMatchObject({
        database:
          'fail DATABASE_URL does not work: connect ECONNREFUSED 127.0.0.1:1 → Correct DATABASE_URL, or start the database.',
        plan: 'warn not looked at: the database cannot be asked',
        server: `fail another program listens at 127.0.0.1:${port} → Choose another PORT, or stop that program.`,
      })
    } finally {
      other.close()
    }
    const { checks } = await examine({}, ['--host', '192.0.2.1', '--port', '1', '--production'])
    expect(checks['access']).toMatch(
      /^fail PRODUCTION: true needs rules of access.*\nHOST: "192\.0\.2\.1" is reachable/,
    )
    expect(checks['port']).toBe('fail 192.0.2.1 is not an address of this machine → Correct HOST.')
  })
})

describe('of a PostgreSQL of the operator, registry doctor', () => {
  const admin = async (url: string, statement: string) => {
    const client = new pg.Client(url)
    await client.connect()
    return client.query(statement).finally(() => client.end())
  }

  test('finds an empty database in order, and leaves it empty', async () => {
    const { url } = await createEmptyDatabase()
    const { healthy, checks } = await examine({ DATABASE_URL: url, PORT: String(await findOwnPort()) })
    expect(healthy).toBe(true)
    expect(checks).toMatchObject({
      writing: 'ok it takes writes',
      migrations: expect.stringMatching(/^ok the next start applies \d+$/),
      plan: 'warn not looked at: the next start applies migrations first',
    })
    expect((await admin(url, "select from pg_class where relnamespace = 'public'::regnamespace")).rowCount).toBe(0)
  })

  test('looks into whatever schema search_path names, and says if there is none', async () => {
    const { url, connection } = await createEmptyDatabase()
    const look = async () => (await examine({ DATABASE_URL: url, PORT: String(await findOwnPort()) })).checks
    await admin(url, 'create schema "Of the registry"')
    await admin(url, `alter database ${connection.database} set search_path to "Of the registry"`)
    expect(await look()).toMatchObject({ writing: 'ok it takes writes', migrations: expect.stringMatching(/^ok /) })
    await admin(url, 'drop schema "Of the registry"')
    expect((await look())['writing']).toMatch(/^fail search_path names no schema .* → Create one, /)
  })

  test('says what to do where the database refuses it for another reason than a wrong URL', async () => {
    const { url, connection } = await createEmptyDatabase()
    await admin(
      url,
      'create table _prisma_migrations (migration_name text, checksum text, finished_at date, rolled_back_at date)',
    )
    const user = `doctor_${connection.database}`
    await admin(url, `create role ${user} login password 'secret' connection limit 0`)
    const ofUser = new URL(url)
    Object.assign(ofUser, { username: user, password: 'secret' })
    const look = async () => (await examine({ DATABASE_URL: ofUser.href, PORT: String(await findOwnPort()) })).checks
    try {
      expect((await look())['database']).toMatch(/^fail .*too many connections.* → .*lower DATABASE_CONNECTIONS/)
      await admin(url, `alter role ${user} connection limit 9`)
      expect((await look())['database']).toMatch(/^fail .*permission denied.* → .* must belong to this user/)
    } finally {
      await admin(url, `drop role ${user}`)
    }
  })

  test('fails where the next start would ask for consent, or could not write', async () => {
    const registry = await startRegistry()
    try {
      await registry.data(
        'mutation { upsertImage(input: {name: "a"}) { outcome } upsertRole(input: {name: "a", image: "a", status: true}) { outcome } }',
      )
      mkdirSync(join(program.folder, 'wrong'))
      cpSync('object-templates/image.yaml', join(program.folder, 'wrong/image.yaml'))
      const env = { DATABASE_URL: directUrlOf(registry.databaseUrl), PORT: new URL(registry.url).port }
      const same = await examine(env)
      expect(same.checks).toMatchObject({ plan: 'ok the templates are those that were applied last' })
      const { healthy, checks } = await examine(env, ['--templates', 'wrong'])
      expect(healthy).toBe(false)
      expect(checks['plan']).toMatch(
        /^fail [\s\S]*ORPHANS role[\s\S]* → Nothing has been changed yet[\s\S]*ACCEPT_TEMPLATES=\w+ npm start$/,
      )
      await admin(
        registry.databaseUrl,
        `alter database ${new URL(registry.databaseUrl).pathname.slice(1)} set default_transaction_read_only = on`,
      )
      expect((await examine(env)).checks['writing']).toBe(
        'fail it is read-only (default_transaction_read_only) → Let it take writes, or use another database.',
      )
      await admin(
        registry.databaseUrl,
        `begin read write; alter database ${new URL(registry.databaseUrl).pathname.slice(1)} set default_transaction_read_only = off; insert into _prisma_migrations (id, checksum, migration_name) values ('x', 'x', '29990101_later'); commit`,
      )
      expect((await examine(env)).checks).toMatchObject({
        migrations: expect.stringMatching(/^fail .*29990101_later/),
        plan: 'warn not looked at: the migrations cannot be applied',
      })
    } finally {
      await registry.close()
    }
  })
})
