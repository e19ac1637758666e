import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asToken, endedTokens } from '../support/test-identify.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, lts: boolean }',
  'name: role\nkey: [name, image]\npassed: { status: { equals: true } }\nfields: { name: string, image: { type: reference, to: image }, status: boolean, at: datetime }',
]
const roles = [
  'name: all\nwho: [{ token: writer }]\nmay: [{ read: "*" }, { write: "*" }, { delete: "*" }]',
  'name: few\nwho: [{ token: reader }, { token: leaving }]\nmay: [{ read: role, where: { image: { lts: { equals: true } } } }]',
]
const asWriter = asToken('writer')

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates, { access: roles })
})
let isClosed = false
afterAll(() => (isClosed ? undefined : registry?.close()))
/** The last test closes it. */
const close = () => {
  isClosed = true
  return registry.close()
}

const data = (query: string) => registry.data(query, undefined, asWriter)
const write = (name: string, image: string, rest = '') =>
  data(`mutation { upsertRole(input: { name: "${name}", image: "${image}" ${rest} }) { outcome } }`)

/** Sends what waits, and does the rest when each question has been asked, and once more since the registry listens for changes. */
async function whileWaiting<Result>(
  send: () => Promise<Result>,
  then: () => Promise<unknown>,
  questions = 1,
): Promise<Result> {
  let answer: Promise<Result> | undefined
  await recordStatements(async (sent) => {
    answer = send()
    while (sent.filter(({ text }) => /\) as matches|read\.value\[1\]/.test(text)).length < questions + 1)
      await setImmediate()
  })
  await then()
  return answer as Promise<Result>
}

test('awaitRoles answers at once if enough match, and at the end of its time with what is then', async () => {
  await data('mutation { upsertImages(input: [{ name: "a" }, { name: "b" }]) { created } }')
  await write('at-once', 'a')
  expect(
    await data(`{
      one: awaitRoles(where: { name: { equals: "at-once" } }) { holds count }
      none: awaitRoles(where: { name: { equals: "at-once" } }, count: 2, timeout: 0) { count holds __typename }
      any: awaitRoles(count: 0) { holds }
    }`),
  ).toEqual({
    one: { holds: true, count: 1 },
    none: { count: 1, holds: false, __typename: 'Awaited' },
    any: { holds: true },
  })
})

test('it answers as soon as a write makes it hold, also one of an object that it refers to', async () => {
  await write('referring', 'b')
  const where = '{ name: { equals: "referring" }, image: { lts: { equals: true } } }'
  expect(
    await whileWaiting(
      () => data(`{ awaitRoles(where: ${where}) { holds count } }`),
      () => data('mutation { upsertImage(input: { name: "b", lts: true }) { outcome } }'),
    ),
  ).toEqual({ awaitRoles: { holds: true, count: 1 } })
})

test('who waits holds no connection, and sees what the caller may read', async () => {
  const ask = (name: string) =>
    registry.data(`{ awaitRoles(where: { name: { equals: "${name}" } }) { count } }`, undefined, asToken('reader'))
  const names = Array.from({ length: 40 }, (_, i) => `sight${i}`)
  const answers = await whileWaiting(
    () => Promise.all(names.map(ask)),
    async () => {
      // Image a is not lts: these are hidden from the reader until it is.
      const inputs = names.map((name) => `{ name: "${name}", image: "a" }`)
      await data(`mutation { upsertRoles(input: [${inputs.join()}]) { created } }`)
      const counted = '{ awaitRoles(where: { name: { startsWith: "sight" } }, timeout: 0) { count } }'
      expect(await registry.data(counted, undefined, asToken('reader'))).toEqual({ awaitRoles: { count: 0 } })
      await data('mutation { upsertImage(input: { name: "a", lts: true }) { outcome } }')
    },
    names.length,
  )
  expect(answers).toEqual(names.map(() => ({ awaitRoles: { count: 1 } })))
})

test('who waits with a token that ends meanwhile is told that and nothing else', async () => {
  await data('mutation { upsertImage(input: { name: "of-the-end", lts: true }) { outcome } }')
  const { data: answer, errors } = await whileWaiting(
    () =>
      registry.query(
        '{ awaitRoles(where: { name: { equals: "after-the-end" } }) { holds count } }',
        undefined,
        asToken('leaving'),
      ),
    async () => {
      endedTokens.add('leaving')
      await write('after-the-end', 'of-the-end')
    },
  )
  expect(answer).toBe(null)
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED'])
})

test('awaitRoleMatrix holds as soon as every cell has passed, and never without cells', async () => {
  const matrix = 'rows: name, columns: image, rowIn: ["m"], columnWhere: { name: { in: ["a", "b"] } }'
  const selection = '{ holds notPassed { row column { name } verdict } }'
  await write('m', 'a', ', status: true')
  expect(await data(`{ awaitRoleMatrix(${matrix}, timeout: 0) ${selection} }`)).toEqual({
    awaitRoleMatrix: { holds: false, notPassed: [{ row: 'm', column: { name: 'b' }, verdict: 'MISSING' }] },
  })
  expect(
    await whileWaiting(
      () => data(`{ awaitRoleMatrix(${matrix}) ${selection} }`),
      async () => {
        await write('m', 'b', ', status: false')
        await write('m', 'b', ', status: true')
      },
    ),
  ).toEqual({ awaitRoleMatrix: { holds: true, notPassed: [] } })
  expect(
    await data(
      `{ rows: awaitRoleMatrix(rows: name, columns: image, rowIn: [], timeout: 0) { holds }
         columns: awaitRoleMatrix(rows: name, columns: image, columnWhere: { name: { equals: "none" } }, timeout: 0) { notPassed { row } holds } }`,
    ),
  ).toEqual({ rows: { holds: false }, columns: { notPassed: [], holds: false } })
})

test('what depends on the time alone is asked again', async () => {
  const ask = async (timeout: number) =>
    (
      await data(
        `{ awaitRoles(where: { name: { equals: "timely" }, at: { lt: "now" } }, timeout: ${timeout}) { holds } }`,
      )
    ).awaitRoles.holds
  // On a slow machine, the time has come before the first question.
  for (let seconds = 1; ; seconds *= 2) {
    await write('timely', 'a', `, at: "${new Date(Date.now() + 1_000 * seconds).toISOString()}"`)
    if (await ask(0)) continue
    expect(await ask(50)).toBe(true)
    return
  }
})

test('a confirmation, which changes nothing, moves the update time that is waited for', async () => {
  await write('confirmed', 'a')
  const { roles } = await data('{ roles(name: "confirmed") { nodes { _meta { updateTime } } } }')
  const where = `{ name: { equals: "confirmed" }, _meta: { updateTime: { gt: "${roles.nodes[0]._meta.updateTime}" } } }`
  const answer = data(`{ awaitRoles(where: ${where}) { holds } }`)
  await write('confirmed', 'a')
  expect(await answer).toEqual({ awaitRoles: { holds: true } })
})

test('arguments beyond their bounds are refused, as literals and as variables', async () => {
  const query = 'query ($count: Int, $timeout: Int) { awaitRoles(count: $count, timeout: $timeout) { holds } }'
  const messages = async (variables: object) =>
    (await registry.query(query, variables, asWriter)).errors?.map(({ message }) => message)
  expect(await messages({ timeout: 51 })).toEqual(['timeout must be a number of seconds from 0 to 50, not 51'])
  expect(await messages({ count: -1 })).toEqual(['count must be a number from 0 on, not -1'])
  expect(await messages({ count: null, timeout: 0 })).toBe(undefined)
  const { errors } = await registry.query('{ awaitRoles(timeout: -1) { holds } }', undefined, asWriter)
  expect(errors?.[0]?.extensions?.issues?.[0]?.path).toEqual(['timeout'])
})

test('a server that stops tells those who wait to ask again', async () => {
  const query = '{ awaitRoles(where: { name: { equals: "never" } }) { holds } }'
  const { errors } = await whileWaiting(() => registry.query(query, undefined, asWriter), close)
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['SERVICE_UNAVAILABLE'])
})
