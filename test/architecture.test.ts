import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'

// docs/architecture.md has the reasons. To change the architecture, change this table and that text in one commit.

/** The path of the data: each room may import the rooms after it. */
const chain = ['app', 'server', 'webhooks', 'access', 'schema', 'store', 'sql', 'plan', 'template']
const shared = [
  'errors',
  'explain-file-error',
  'make-folders',
  'config',
  'env-file',
  'settings',
  'admin-token-settings',
  'parse-setting',
  'known-variables',
  'limits',
  'load-admin-token',
  'logger',
  'log-output',
  'pretty-log',
  'print-visibly',
  'node-options',
  'map-in-turns',
  'package-directory',
  'version',
]

/** The rooms that count, measure and trace what they do. */
const counting = ['app', 'server', 'webhooks', 'schema', 'store']

/** The rooms that each room (a folder or file of src) may import in addition to itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  main: ['start-app'],
  'start-app': [...chain, ...shared],
  // The doctor looks at the embedded PostgreSQL as well.
  cli: [...chain, ...shared, 'client', 'start-app', 'embedded'],
  ...Object.fromEntries(
    chain.map((room, i) => [
      room,
      [...chain.slice(i + 1), ...shared, ...(counting.includes(room) ? ['metrics', 'traces'] : [])],
    ]),
  ),
  metrics: shared,
  traces: shared,
  app: [...chain, ...shared, 'metrics', 'traces', 'example-queries', 'embedded'],
  embedded: shared,
  'example-queries': ['plan', 'template', ...shared],
  // The badge asks what an address of the page asks.
  server: [...chain.slice(chain.indexOf('server') + 1), ...shared, 'metrics', 'traces', 'client'],
  client: [],
  // A client like others: what it asks and shows comes from the API alone.
  page: ['client'],
  ...Object.fromEntries(shared.map((room) => [room, shared])),
}

/** Packages that only some rooms may import. */
const packageRooms: Readonly<Record<string, readonly string[]>> = {
  'sql-template-tag': ['sql'],
  pg: ['store', 'embedded', 'sql'],
  '@prisma/adapter-pg': ['store'],
  '@pothos/core': ['schema'],
  'graphql-yoga': ['server'],
  'graphql-request': ['client'],
  jose: ['access'],
  'prom-client': ['metrics'],
  ...Object.fromEntries(
    ['api', 'core', 'resources', 'sdk-trace-base', 'exporter-trace-otlp-http', 'exporter-trace-otlp-proto'].map(
      (name) => [`@opentelemetry/${name}`, ['traces']],
    ),
  ),
  preact: ['page'],
  'preact/hooks': ['page'],
  '@preact/signals': ['page'],
  yaml: ['template', 'cli'],
  graphql: ['app', 'cli', 'example-queries', 'server', 'access', 'schema', 'store', 'plan', 'errors', 'limits'],
}

/** Messages that code may read, because their author provides no data. */
const readSentences: Readonly<Record<string, string>> = {
  'src/store/database-error.ts': 'pg has no code for a lost connection, and PostgreSQL one code for several limits',
  'src/store/wait-for-database.ts': 'pg has no code for a connection that takes too long',
  'src/template/check-pattern.ts':
    're2js says in its sentence alone why a pattern is wrong; its own prefix is left out',
  'src/schema/remedies/add-remedy.ts': 'a full stop is added to what graphql-js says where it has none',
  'src/template/yaml-syntax-errors.ts': 'a full stop is added to what yaml says where it has none',
  'src/cli/connection/explain-failure.ts': 'with EPROTO, Node has OpenSSL’s name of what failed in its message alone',
  'src/cli/connection/to-own-issue.ts':
    'an issue is path, code and message; the names of GraphQL before its sentence are left out',
}

/** The most lines of a file, and the most files of a folder. */
const largest = { lines: 300, files: 40 }

/** The only file that names the tables, the file that names partitions for it, and the files that read them from PostgreSQL's catalog. */
const namesTables = new Set([
  'src/sql/source.ts',
  'src/sql/partition-name.ts',
  'src/sql/gauges/compile-gauges.ts',
  'src/store/changes/ensure-storage.ts',
  'src/store/changes/newer-constraint.ts',
  'src/store/usage/ensure-usage-indexes.ts',
])

/** The files that may read every object, regardless of the caller. */
const seesAllObjects: Readonly<Record<string, string>> = {
  'src/plan/source.ts': 'it makes the source',
  'src/plan/plan-request.ts': 'a request without rules sees all',
  'src/plan/rights.ts': 'it makes the rights to all',
  'src/access/create-access.ts': 'there are no rules',
  'src/access/create-rights.ts': 'the administrator may do everything',
  'src/webhooks/served-webhook.ts': 'a webhook reads as the administrator',
  'src/access/compile-where.ts': 'a rule is the administrator’s: what it looks at in other templates are all objects',
  'src/sql/compile-find-values.ts': 'the database has found a conflict, with whatever object',
  'src/sql/compile-find-shared-values.ts': 'the database has found a conflict, with whatever object',
  'src/sql/writes/compile-rules.ts':
    'a rule of writing holds for every object, also for one that the caller may not read',
  'src/sql/writes/compile-usage.ts': 'a limit counts all objects that the caller created',
  'src/store/refuse-referred.ts':
    'a reference that restricts deletes does so whoever asks, and is named to those who may read it',
  'src/sql/retention/compile-outgrown.ts': 'what is older than a template retains goes, whoever may read it',
  'src/store/retention/purge-object.ts': 'the administrator purges all that a delete reaches',
  'src/store/past/import-history.ts':
    'a reference keeps its target whoever imports, and is named to those who may read it',
  'src/store/delete-objects.ts': 'onDelete holds for every object that refers here',
}

const isGenerated = (path: string) => /^src\/(store\/prisma-client|client\/generated)\//.test(path)
const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => posix.join('src', path.replaceAll('\\', '/')))
  .filter((path) => /\.tsx?$/.test(path) && !isGenerated(path))
  .map((path) => ({ path, room: roomOf(path), text: readFileSync(path, 'utf8') }))

function roomOf(path: string): string {
  return (path.split('/')[1] as string).replace(/\.ts$/, '')
}

function listImports(text: string): string[] {
  const statement = /^(?:import|export)\s+(?:[^'"`;()=]+\sfrom\s+)?['"]([^'"]+)['"]/gm
  const expression = /\bimport\(\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(statement), ...text.matchAll(expression)].map((match) => match[1] as string)
}

describe('the rooms of src', () => {
  test('import only lower rooms', () => {
    const problems = files.flatMap(({ path, room, text }) => {
      const allowed = mayImport[room]
      if (!allowed)
        return [
          `${path}: there is no room "${room}". Use one of ${Object.keys(mayImport).join(', ')}, or add it to mayImport.`,
        ]
      return listImports(text)
        .filter((name) => /^\.(?!.*\.json$)/.test(name))
        .map((name) => roomOf(posix.join(posix.dirname(path), name)))
        .filter((target) => target !== room && !allowed.includes(target))
        .map(
          (target) =>
            `${path} imports from ${target}, but ${room} may import only ${allowed.join(', ') || 'itself'}. Move what both need ` +
            `into the lower of the two rooms, or let ${target} hand it over as an argument.`,
        )
    })
    expect(problems).toEqual([])
  })

  test('keep their packages to themselves', () => {
    const problems = files.flatMap(({ path, room, text }) =>
      listImports(text)
        .filter((name) => packageRooms[name] && !packageRooms[name].includes(room))
        .map(
          (name) =>
            `${path} imports ${name}, which is only for ${packageRooms[name]?.join(', ')}. Do the work there, and import that code.`,
        ),
    )
    expect(problems).toEqual([])
  })

  test('let only sql assemble SQL from pieces', () => {
    const piecedSql =
      /`\s*(with|select|insert into|update|delete from|create|alter|drop)\b[^`]*\$\{(?![\w.]*escape(Identifier|Literal)\()/
    const problems = files
      .filter(({ room, text }) => room !== 'sql' && piecedSql.test(text))
      .map(
        ({ path, text }) =>
          `${path} assembles SQL (${piecedSql.exec(text)?.[0]}). Compile it in src/sql; values are parameters.`,
      )
    expect(problems).toEqual([])
  })

  test('name the tables in one file of sql, and let only the request make sources', () => {
    const problems = files.flatMap(({ path, text }) => {
      const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      return [
        ...(/\bregistry_(object|change|past|history|usage)\b|\bpartitionName\(/.test(code) && !namesTables.has(path)
          ? [`${path} names a table. Take it from src/sql/source.ts.`]
          : []),
        ...(/\b(allObjects|allRights)\b/.test(code) && !seesAllObjects[path]
          ? [`${path} reads all objects, whoever asks. Take what it reads from request.source(template).`]
          : []),
        ...(/\bvisible:(?! (Condition|Sql|always)\b)/.test(code) && path !== 'src/plan/source.ts'
          ? [`${path} makes a source. Take it from request.source(template).`]
          : []),
      ]
    })
    expect(problems).toEqual([])
  })

  test('are those that docs/architecture.md names', () => {
    const named = readFileSync('docs/architecture.md', 'utf8').matchAll(/`([\w/-]+\.ts)`/g)
    const paths = ['src', 'test', 'bench'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => `/${folder}/${path}`),
    )
    const missing = [...named]
      .map(([, name]) => name as string)
      .filter((name) => !paths.some((path) => path.endsWith(`/${name}`)))
      .map((name) => `docs/architecture.md names ${name}, which is not there. Name the file that does it now.`)
    expect(missing).toEqual([])
  })

  test('have small files named for their one export, in folders named for their place', () => {
    const problems = files.flatMap(({ path, text }) => [
      ...(/^export default\b/m.test(text) ? [`${path} has a default export. Name it.`] : []),
      ...(/\/index\.ts$/.test(path) ? [`${path} is a barrel. Import the file that has what you need.`] : []),
      ...(/[^a-z0-9./-]/.test(path) ? [`${path} is not in kebab-case.`] : []),
      ...(/\/(utils?|common|helpers?|services?|types|lib)(\/|\.ts$)/.test(path)
        ? [
            `${path}: a helper with two users belongs in the lower room; a helper for all is a file named for its only function.`,
          ]
        : []),
    ])
    expect(problems).toEqual([])
  })

  test('decide by codes and data, never by the message of an error', () => {
    const readings = [
      /\bmessage\??\.(startsWith|endsWith|includes|indexOf|match|matchAll|replace|replaceAll|search|split)\((?!'\\n')/,
      /\.(test|exec)\((\w+\??\.)*message\)/,
      /\bmessage [!=]==? ['"`]/,
    ]
    const found = files.filter(({ text }) => readings.some((reading) => reading.test(text)))
    const problems = found
      .filter(({ path }) => !readSentences[path])
      .map(({ path }) => `${path} reads an error's message. Have its maker give a code or issues, and read those.`)
    const unneeded = Object.keys(readSentences)
      .filter((path) => !found.some((file) => file.path === path))
      .map((path) => `${path} reads no message any more. Take it off readSentences.`)
    expect([...problems, ...unneeded]).toEqual([])
  })

  test('make folders by makeFolders, which ends everywhere', () => {
    const found = files.filter(({ text }) =>
      /\bmkdir(Sync)?\([^)]*recursive/.test(text.replaceAll(/\([^()]*\)(?=[,)])/g, '')),
    )
    expect(
      found.map(({ path }) => `${path} calls mkdir with recursive, which loops in /proc. Call makeFolders.`),
    ).toEqual([])
  })

  test('keep their files short and their folders small', () => {
    const folders = [...new Set(files.map(({ path }) => posix.dirname(path)))].map((folder) => ({
      folder,
      count: files.filter(({ path }) => posix.dirname(path) === folder).length,
    }))
    const problems = [
      ...files
        .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
        .filter(({ lines }) => lines > largest.lines)
        .map(
          ({ path, lines }) => `${path} has ${lines} lines, and may have ${largest.lines}. Look for the missing noun.`,
        ),
      ...folders
        .filter(({ count }) => count > largest.files)
        .map(
          ({ folder, count }) =>
            `${folder} has ${count} files, and may have ${largest.files}. Put what belongs together into a folder.`,
        ),
    ]
    expect(problems).toEqual([])
  })
})
