/**
 * How long it takes to read 200 templates of 20 fields and to build and print their schema, compared with the time that
 * graphql-js needs to build the same schema, without resolvers, from its printed form: `tsx bench/build-schema.ts`.
 */

import { buildSchema as buildFromSdl, printSchema } from 'graphql'
import { buildSchema } from '../src/schema/build-schema.ts'
import { parseTemplates } from '../src/template/parse-templates.ts'
import { manyTemplates } from '../test/support/many-templates.ts'

const rounds = 5
const limit = 2_000
const sources = manyTemplates(200, 20).map((text, i) => ({ file: `kind_${i}.yaml`, text }))

function time<Result>(work: () => Result): [milliseconds: number, result: Result] {
  const start = performance.now()
  const result = work()
  return [performance.now() - start, result]
}

const medianOf = (times: readonly number[]) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
const parsing: number[] = []
const building: number[] = []
const printing: number[] = []
const comparing: number[] = []
let length = 0
for (let round = 0; round < rounds; round++) {
  const [parsed, result] = time(() => parseTemplates(sources))
  if ('issues' in result) throw new Error(JSON.stringify(result.issues))
  const [built, schema] = time(() => buildSchema(result.model))
  const [printed, sdl] = time(() => printSchema(schema))
  parsing.push(parsed)
  building.push(built)
  printing.push(printed)
  comparing.push(time(() => buildFromSdl(sdl))[0])
  length = sdl.length
}
const print = (what: string, times: readonly number[]) =>
  process.stdout.write(
    `${what.padEnd(24)} first ${(times[0] ?? 0).toFixed(0).padStart(5)} ms   median ${medianOf(times).toFixed(0).padStart(5)} ms   ${((medianOf(times) / limit) * 100).toFixed(0).padStart(3)} % of ${limit} ms\n`,
  )
print('read 200 templates', parsing)
print('build their schema', building)
print(`print it (${(length / 1e6).toFixed(1)} MB)`, printing)
print('graphql-js from SDL', comparing)
process.stdout.write(`build / graphql-js: ${(medianOf(building) / medianOf(comparing)).toFixed(2)}\n`)
