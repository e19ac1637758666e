/**
 * What access costs, side by side in one run: `npx tsx bench/access.ts [rounds] [objects]`.
 *
 * - each read of the benchmark, by a caller whose role has conditions, against the same read of a caller without rules that has these
 *   conditions in its `where`. Each round asks both, in turns, and both must give the same answer;
 * - a token that was checked before.
 */

import { parse } from 'graphql'
import { pino } from 'pino'
import { createAccess } from '../src/access/create-access.ts'
import { createIdentify } from '../src/access/create-identify.ts'
import type { Identity } from '../src/access/identity.ts'
import { parseRoles } from '../src/access/parse-roles.ts'
import { defaultLimits } from '../src/limits.ts'
import { allRights, type Rights } from '../src/plan/rights.ts'
import { buildSchema } from '../src/schema/build-schema.ts'
import { createExecutor } from '../src/schema/create-executor.ts'
import { createRequestContext } from '../src/schema/request-context.ts'
import { openStore } from '../src/store/open-store.ts'
import { createTokens } from '../src/store/tokens/create-tokens.ts'
import { loadTemplates } from '../src/template/load-templates.ts'
import type { TemplateModel } from '../src/template/model.ts'
import { conditions, listReads, printRead } from './access/reads.ts'
import { commit, loadData } from './load-data.ts'
import { openDatabaseServer, withClient } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'

const [rounds = 100, objects = 20_000] = process.argv.slice(2).map(Number)
const name = 'registry_bench_access'
const role = `
name: reader
who: [{ token: reader }]
may:
  - read: image
    where: ${conditions.image}
  - read: role
    where: ${conditions.role}`

const logger = pino({ level: 'warn' })
const server = await openDatabaseServer()
const url = await server.create(name)
const store = openStore({ connection: { connectionString: url } }, logger)
try {
  let model: TemplateModel = await loadTemplates('object-templates')
  await store.prepare({
    files: { model, placeOf: () => undefined },
    serve: (served) => {
      model = served.model
    },
  })
  await withClient(url, (client) => loadData(client, objects))

  const parsed = parseRoles([{ file: 'reader.yaml', text: role }], {
    model,
    schema: buildSchema(model),
    limits: defaultLimits,
  })
  if (parsed.issues.length > 0) throw new Error(JSON.stringify(parsed.issues))
  const { identify } = createIdentify({ database: store.database, adminToken: undefined, roles: parsed.roles, logger })
  const access = createAccess({ roles: parsed.roles, identify })
  // Both sides have one schema, so that only the rules tell them apart.
  const schema = buildSchema(model, { conditionalReads: access.conditionalReads(model) })
  const { execute } = createExecutor(schema)
  const tokens = createTokens({ database: store.database, logger })
  const identity: Identity = { kind: 'token', actor: 'reader', claims: {}, roles: parsed.roles }
  const rights = access.serve(model, schema)(identity)

  /** The answer, and how long it took, in milliseconds. */
  const ask = async (document: ReturnType<typeof parse>, variableValues: object, given: Rights) => {
    const { database, administration, feed } = store
    const author = { actor: undefined, run: undefined }
    const contextValue = createRequestContext({
      model,
      limits: defaultLimits,
      author,
      rights: given,
      database,
      administration,
      tokens,
      feed,
      waits: store.waits,
      streams: store.streams,
    })
    const started = performance.now()
    const { data, errors } = await execute({ schema, document, variableValues: { ...variableValues }, contextValue })
    const time = performance.now() - started
    if (errors) throw errors[0]
    return { time, answer: JSON.stringify(data) }
  }

  const rows: string[][] = []
  for (const read of listReads(objects, commit)) {
    const sides = [
      { document: parse(printRead(read, false)), given: rights },
      { document: parse(printRead(read, true)), given: allRights },
    ] as const
    const times: [number[], number[]] = [[], []]
    for (let round = -10; round < rounds; round++) {
      const variables = read.variables()
      const answers: string[] = []
      // The order alternates.
      for (const i of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const { time, answer } = await ask(sides[i].document, variables, sides[i].given)
        answers.push(answer)
        if (round >= 0) times[i].push(time)
      }
      if (answers[0] !== answers[1]) throw new Error(`${read.title}: the rule and the filter give different answers`)
    }
    const [rule, filter] = times.map((one) => quantileOf(one, 0.5)) as [number, number]
    const [quickRule, quickFilter] = times.map((one) => quantileOf(one, 0.1)) as [number, number]
    const ratios = [(rule / filter).toFixed(2), (quickRule / quickFilter).toFixed(2)]
    rows.push([read.title, printNumber(rule), printNumber(filter), ...ratios])
  }
  console.log(printTable([['median, ms', 'by a rule', 'in `where`', 'ratio', 'of the quickest tenth'], ...rows]))

  const by = { actor: undefined, onBehalfOf: undefined, address: undefined }
  const { text } = await tokens.create('reader', undefined, by)
  const checks: number[] = []
  for (let round = -3; round < 20; round++) {
    const started = performance.now()
    for (let i = 0; i < 10_000; i++) await identify([`Bearer ${text}`])
    if (round >= 0) checks.push((performance.now() - started) / 10_000)
  }
  console.log(`\nA warm check of a token takes ${(quantileOf(checks, 0.5) * 1_000).toFixed(1)} µs.`)
} finally {
  await store.close()
  await server.drop(name)
  await server.stop()
}

function quantileOf(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN
}
