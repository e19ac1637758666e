import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runs } from '../support/property-runs.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  `name: thing
key: [name]
fields:
  name: string
  text: string
  int: int
  big: bigint
  float: float
  bool: boolean
  time: datetime
  release: version
  level: { type: enum, values: [low, high] }
  texts: [string]
  bigs: [bigint]
  bools: [boolean]
  place: { type: object, fields: { rack: string, big: bigint, slots: [int] } }
  places: { type: [object], fields: { rack: string } }
  host: { type: reference, to: host, reverse: things }
  hosts: { type: [reference], to: host, reverse: many }
  job: { type: reference, to: job, reverse: things }
  any: json
additionalFields: true
`,
  'name: host\nkey: [name]\nfields: { name: string }\n',
  'name: job\nkey: [name, run]\nfields: { name: string, run: bigint }\n',
]
const hosts = ['7', '20.10', 'true', 'a,b', '["x"]', '{"name":"y"}', ' z ', '=1+1']

let registry: TestRegistry
let empty: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(templates)
  empty = await startRegistry(templates)
  program = await createRegistryProgram(registry.url)
  for (const one of [registry, empty])
    await one.data(
      'mutation ($hosts: [HostInput!]!) { upsertHosts(input: $hosts) { created } upsertJob(input: {name: "b,c", run: "9007199254740993"}) { outcome } }',
      { hosts: hosts.map((name) => ({ name })) },
    )
})
afterAll(async () => {
  await program?.remove()
  await registry?.close()
  await empty?.close()
})

const ordinary = [
  '7',
  '0012345',
  '20.10',
  '1e3',
  'yes',
  'null',
  '~',
  'a,b',
  'a;b',
  '"q"',
  "'q'",
  '[1]',
  '{"a": 1}',
  '<<',
  '-',
  '- x',
]
const odd = [
  '=1+1',
  "'=1+1",
  "''@user",
  "'quoted'",
  '-generic',
  '+49 1',
  '@user',
  '\ttab',
  ' = x',
  '24" rack',
  'CR\rLF\r\nend',
  '::error::x',
  'a\n::error::x',
  "a\r\n \t'::group::x",
  "\r''::x",
  '##[error]x',
  "#'#[error]x ###[group]",
  "##vso[x]#''#teamcity[y]",
  'section_start:1:x\r\u001b[0Kx',
  "\r'\u001b[0K",
  '---\nname: x',
  '#',
  ' a ',
  'ü\u2028😀',
]
const text = fc.oneof(
  fc.constantFrom(...ordinary, ...odd),
  // The registry refuses the character NUL.
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((one) => !one.includes('\0')),
)
const big = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.array(fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), { maxLength: 3 }),
  fc.dictionary(
    text,
    fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), fc.array(text)),
    { maxKeys: 3 },
  ),
)
const additional = fc.dictionary(
  fc.constantFrom('owner', 'Größe', ' a,b ', '=1+1', '##[error]', '__proto__', 'a.b'),
  fc.oneof(text, fc.integer(), fc.boolean(), json),
)
const thing = fc.record(
  {
    text,
    int: fc.integer(),
    big,
    float: fc.double({ noNaN: true, noDefaultInfinity: true }),
    bool: fc.boolean(),
    time: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.123456Z'),
    release: text,
    level: fc.constantFrom('low', 'high'),
    texts: fc.array(text, { maxLength: 3 }),
    bigs: fc.array(big, { maxLength: 2 }),
    bools: fc.array(fc.boolean(), { maxLength: 2 }),
    place: fc.record({ rack: text, big, slots: fc.array(fc.integer(), { maxLength: 2 }) }, { requiredKeys: [] }),
    places: fc.array(fc.record({ rack: text }), { maxLength: 2 }),
    host: fc.constantFrom(...hosts),
    hosts: fc.array(fc.constantFrom(...hosts), { maxLength: 2 }),
    job: fc.constant({ name: 'b,c', run: '9007199254740993' }),
    any: json,
    _additional: additional,
  },
  { requiredKeys: [] },
)

async function documents(of: TestRegistry): Promise<readonly unknown[]> {
  const { things } = await of.data('{ things(first: 1000) { nodes { _document } } }')
  return things.nodes.map((node: { _document: unknown }) => node._document)
}

test('what get prints in a format that is data comes back through import unchanged', async () => {
  const formats = [
    { output: 'json', format: 'json' },
    { output: 'ndjson', format: 'ndjson' },
    { output: 'yaml', format: 'yaml' },
    { output: 'csv', format: 'csv' },
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.array(thing, { minLength: 1, maxLength: 40 }),
      fc.uniqueArray(text, { minLength: 40, maxLength: 40 }),
      async (objects, names) => {
        await registry.data('mutation { deleteThings(where: {}, all: true) }')
        await registry.data('mutation ($input: [ThingInput!]!) { upsertThings(input: $input) { created } }', {
          input: objects.map((object, i) => ({ ...object, name: names[i] })),
        })
        const stored = await documents(registry)
        expect(stored).toHaveLength(objects.length)
        for (const { output, format } of formats) {
          const { stdout } = await program.run(['thing', 'get', '-o', output])
          writeFileSync(join(program.folder, `things.${format}`), stdout)
          await empty.data('mutation { deleteThings(where: {}, all: true) }')
          const run = await program.run(['import', `things.${format}`, 'thing'], { env: { REGISTRY_URL: empty.url } })
          expect({ output, ...run }).toEqual({
            output,
            code: 0,
            stdout: `${objects.length} created, 0 updated, 0 unchanged, 0 failed\n`,
            stderr: '',
          })
          expect({ output, stored: await documents(empty) }).toEqual({ output, stored })
        }
      },
    ),
    runs(4),
  )
})
