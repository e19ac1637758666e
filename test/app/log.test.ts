import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createCallerError } from '../../src/errors.ts'
import { createLogger } from '../../src/logger.ts'
import { createPrettyPrinter } from '../../src/pretty-log.ts'
import { manyTemplates } from '../support/many-templates.ts'
import { createTestDatabase, settingsOf } from '../support/postgres.ts'
import { startProcess, stopProcesses } from './start-process.ts'

test('an error of a database that is away has its reason, and no stack', () => {
  const lines: string[] = []
  const logger = createLogger('warn', { write: (line) => void lines.push(line) })
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  logger.warn({ err: createCallerError('SERVICE_UNAVAILABLE', 'The database does not answer.', { cause }) }, 'later')
  logger.warn({ err: createCallerError('TIMEOUT', 'The request took too long.', { cause }) }, 'never')
  const [away, other] = lines.map((line) => JSON.parse(line).err)
  expect(away).toEqual({
    type: 'GraphQLError',
    message: 'The database does not answer.',
    cause: { type: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
  })
  expect(other).toMatchObject({ stack: expect.stringMatching(/ECONNREFUSED/) })
})

describe('the log for people', () => {
  /** What one event prints. */
  function print(isColoured: boolean, log: (logger: ReturnType<typeof createLogger>) => void): string {
    let printed = ''
    const printLine = createPrettyPrinter({ isColoured })
    const write = (line: string) => {
      printed += printLine(line)
    }
    log(createLogger('debug', { write }))
    return printed.replace(/\d\d:\d\d:\d\d/, '10:49:00')
  }
  const attack = 'a\u001b[2J\u009b31m\u202eb\r\n[10:49:00] INFO: forged\u0007'

  test('has a line an event, with its values behind the message', () => {
    expect(print(false, (logger) => logger.info({ template: 'image', count: 3 }, 'made the storage'))).toBe(
      '[10:49:00] INFO: made the storage {"template":"image","count":3}\n',
    )
    expect(print(true, (logger) => logger.warn('not ready'))).toContain('\u001b[33mWARN\u001b[39m')
  })

  test('shows what would control a terminal or look like another event', () => {
    const shown = print(false, (logger) => logger.warn({ path: attack, [attack]: [attack] }, attack))
    const escaped = 'a\\u001b[2J\\u009b31m\\u202eb\\u000d\\n[10:49:00] INFO: forged\\u0007'
    expect(shown).toBe(`[10:49:00] WARN: ${escaped} {"path":"${escaped}","${escaped}":["${escaped}"]}\n`)
  })

  test('has the trace of an error with its cause, each line indented', () => {
    const error = new Error(attack, { cause: new Error('inner') })
    const lines = print(false, (logger) => logger.error({ err: error }, 'failed')).split('\n')
    expect(lines[0]).toBe('[10:49:00] ERROR: failed ')
    expect(lines.slice(1).filter((line) => line !== '' && !line.startsWith('    '))).toEqual([])
    expect(lines.join('\n')).toContain('Error: inner')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
  })
})

describe('a start', () => {
  let folder: string
  let url: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry log '))
    url = (await createTestDatabase()).url
  })
  afterEach(stopProcesses)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test.each([
    ['the first', 'an embedded PostgreSQL', () => ({ DATA_DIR: join(folder, 'data') })],
    ['a later', 'an embedded PostgreSQL', () => ({ DATA_DIR: join(folder, 'data') })],
    ['the first', 'a DATABASE_URL', () => settingsOf(url)],
    ['a later', 'a DATABASE_URL', () => settingsOf(url)],
  ])('%s on %s, warns of nothing, has eight lines at most, and ends with the addresses', async (_, __, env) => {
    await startShortly(env())
  })

  test.each([
    ['an embedded PostgreSQL', async () => ({ DATA_DIR: join(folder, 'data of many') })],
    ['a DATABASE_URL', async () => settingsOf((await createTestDatabase()).url)],
  ])(
    'on %s is as short with 26 templates, with new indexes for all of them, and with limits of roles',
    async (_, make) => {
      const env = { ...(await make()), TEMPLATES_DIR: join(folder, 'many'), ACCESS_DIR: join(folder, 'roles') }
      const templates = manyTemplates(26, 4)
      const write = async (fields: string) => {
        await mkdir(env.TEMPLATES_DIR, { recursive: true })
        for (const [i, text] of templates.entries())
          await writeFile(join(env.TEMPLATES_DIR, `kind_${i}.yaml`), `${text}${fields}`)
      }
      await mkdir(env.ACCESS_DIR, { recursive: true })
      await write('')
      await startShortly({ ...env, ACCESS_DIR: '' })
      await write('  extra: { type: string, indexed: true }\n  other: { type: string, unique: true }\n')
      const all = templates.map((__, i) => `kind_${i}`)
      const limits = all.map((name) => `${name}: 10`).join(', ')
      await writeFile(
        join(env.ACCESS_DIR, 'ntp.yaml'),
        `name: ntp\nwho: [{ token: ntp }]\nmay: [{ write: [${all.join(', ')}] }]\nlimits: { objects: { ${limits} } }\n`,
      )
      const lines = await startShortly({ ...env, LOG_LEVEL: 'debug' })
      for (const msg of ['building indexes of unique fields', 'building indexes']) {
        const [shown, ...named] = lines.filter((line) => line.msg === msg)
        expect(shown).toMatchObject({ level: 'info', count: templates.length })
        expect(named).toEqual([expect.objectContaining({ level: 'debug', indexes: expect.any(Array) })])
      }
    },
  )

  /** Starts a server, and looks at its log until it is ready. */
  async function startShortly(env: Readonly<Record<string, string>>) {
    const registry = startProcess(env)
    const address = (await registry.listening).replace('/graphql', '')
    while (!registry.stdout().includes('"ready: ')) await once(registry.child.stdout as never, 'data')
    const lines: readonly { readonly level: string; readonly msg: string }[] = registry
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const shown = lines.filter(({ level }) => level !== 'debug')
    expect(shown.filter(({ level }) => level !== 'info')).toEqual([])
    expect(shown.length, registry.stdout()).toBeLessThanOrEqual(8)
    // Served meanwhile: such indexes are built beside everything else, and may be announced after the addresses.
    const inTurn = shown.filter(({ msg }) => msg !== 'building the indexes by which objects are counted for limits')
    expect(inTurn.at(-1)?.msg).toBe(`ready: the page is at ${address}/, GraphQL at ${address}/graphql`)
    expect(registry.stderr()).toBe('')
    await registry.stop()
    return lines
  }

  test.each([
    ['text in colours', {}, '[10:49:00] \u001b[33mWARN\u001b[39m: \u001b[36m'],
    ['text without colours if NO_COLOR is set', { NO_COLOR: '1' }, '[10:49:00] WARN: '],
    ['JSON if it is asked for', { LOG_FORMAT: 'json' }, '{"level":"warn",'],
  ])('on a terminal logs %s', async (_, env, begin) => {
    const server = `'${process.execPath}' dist/main.js`
    const child = spawn('script', ['-qec', server, '/dev/null'], {
      env: { PATH: process.env['PATH'], HOME: folder, TERM: 'xterm', TEMPLATES_DIR: folder, PROT: '1', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [first = '', ...others] = (await text(child.stdout)).replace(/\d\d:\d\d:\d\d/, '10:49:00').split('\r\n')
    expect(first.startsWith(begin), first).toBe(true)
    expect(first).toContain('PROT is not a variable of the registry')
    // What ends the start is for people, on stderr.
    expect(others.join('\n')).toMatch(/^The folder of object templates, .*\n$/)
  })
})
