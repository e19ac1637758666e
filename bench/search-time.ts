/**
 * How long a search takes among 350,000 objects of three templates: `npx tsx bench/search-time.ts [rounds]`. Each round asks for the
 * first 20 of each text.
 */

import { type DocumentNode, parse } from 'graphql'
import { pino } from 'pino'
import { defaultLimits } from '../src/limits.ts'
import { buildSchema } from '../src/schema/build-schema.ts'
import { createExecutor } from '../src/schema/create-executor.ts'
import { createRequestContext } from '../src/schema/request-context.ts'
import { openStore } from '../src/store/open-store.ts'
import { createTokens } from '../src/store/tokens/create-tokens.ts'
import type { TemplateModel } from '../src/template/model.ts'
import { parseTemplates } from '../src/template/parse-templates.ts'
import { fillRegistry, largeTemplates } from '../test/support/large-registry.ts'
import { openDatabaseServer, withClient } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'

const [rounds = 40] = process.argv.slice(2).map(Number)

/** Each with how many objects have it. */
const texts = [
  ['image-777', 'the name of an image, three roles and some releases'],
  ['5.7.0-7', 'the beginning of a version'],
  ['777', 'a number within names'],
  ['commit-77', 'the beginning of a commit of 2,200 roles'],
  ['ntp image-777', 'two words, one common'],
  ['ntp', 'in 50,000 roles'],
  ['client', 'further on in the names of 50,000 roles'],
  ['i', 'the beginning of a word of all objects'],
  ['nowhere', 'in none'],
] as const

const parsed = parseTemplates(largeTemplates.map((text, i) => ({ file: `${i}.yaml`, text })))
if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues))
const server = await openDatabaseServer()
const url = await server.create('registry_bench_search')
const logger = pino({ level: 'warn' })
const store = openStore({ connection: { connectionString: url } }, logger)
try {
  let model: TemplateModel = parsed.model
  await store.prepare({
    files: { model, placeOf: () => undefined },
    serve: (served) => {
      model = served.model
    },
  })
  await withClient(url, (client) =>
    fillRegistry({ sql: async (text, values) => (await client.query(text, values)).rows }),
  )
  const schema = buildSchema(model)
  const { execute } = createExecutor(schema)
  const document = parse(
    'query ($text: String!) { search(text: $text) { nodes { field object { __typename _document } } } }',
  )
  const find = async (text: string): Promise<number> => {
    const { database, administration, feed } = store
    const author = { actor: undefined, run: undefined }
    const tokens = createTokens({ database, logger })
    const contextValue = createRequestContext({
      model,
      limits: defaultLimits,
      author,
      database,
      administration,
      tokens,
      feed,
      waits: store.waits,
      streams: store.streams,
    })
    const started = performance.now()
    const { errors } = await execute({
      schema,
      document: document as DocumentNode,
      variableValues: { text },
      contextValue,
    })
    if (errors) throw errors[0]
    return performance.now() - started
  }
  const times = new Map<string, number[]>(texts.map(([text]) => [text, []]))
  for (let round = -3; round < rounds; round++) {
    for (const [text] of texts) {
      const time = await find(text)
      if (round >= 0) times.get(text)?.push(time)
    }
  }
  const rows = texts.map(([text, what]) => {
    const sorted = [...(times.get(text) ?? [])].sort((a, b) => a - b)
    const at = (part: number) => printNumber(sorted[Math.floor(part * (sorted.length - 1))] ?? 0)
    return [`\`${text}\``, what, at(0), at(0.5), at(0.95)]
  })
  console.log(printTable([['text', 'it is', 'fastest, ms', 'median', '95th percentile'], ...rows]))
} finally {
  await store.close()
  await server.drop('registry_bench_search')
  await server.stop()
}
