import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, test } from 'vitest'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
let client: pg.Client
const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n  distr: string\n  lts: boolean\n',
  'name: result\nkey: [name, image, commit]\nfields:\n  name: string\n  image: { type: reference, to: image }\n  commit: string\n  status: boolean\n  stage: {type: string, indexed: true}\n  host: string\n',
]
beforeAll(async () => {
  registry = await startRegistry(templates)
  const columns = 'template, key, uuid, document, refs, version, created_at, updated_at, outcome, created_by, updated_by'
  await registry.sql(`insert into registry_object (${columns}) select 'image', json_build_array('image-'||i)::text, gen_random_uuid(), jsonb_build_object('name','image-'||i,'distr','d'||i%20,'lts',i%3=0),'{}',1,now()+i*interval '1s',now()+i*interval '1s','CREATED',null,null from generate_series(1,${process.env.IMAGES ?? 200}) i`)
  await registry.sql(`insert into registry_object (${columns}) select 'result', replace(json_build_array('role-'||r, json_build_array('image-'||i), 'commit-'||c)::text,', ',','), gen_random_uuid(), jsonb_build_object('name','role-'||r,'image','image-'||i,'commit','commit-'||c,'status',(r*i+c)%3=0,'stage','stage'||i%10,'host','h'||r), jsonb_build_object('image',json_build_array('image-'||i)::text),1,now()+(c*10000+r*i)*interval '1s',now()+(c*10000+r*i)*interval '1s','CREATED',null,null from generate_series(1,${process.env.COMMITS ?? 10}) c, generate_series(1,${process.env.IMAGES ?? 200}) i, generate_series(1,${process.env.ROLES ?? 50}) r order by random()`)
  await registry.sql('vacuum analyze registry_object')
  client = new pg.Client({ ...registry.connection, options: '-c timezone=UTC -c jit=off' })
  await client.connect()
}, 120_000)
afterAll(async () => { await client?.end(); await registry?.close() })
const queries: Record<string, string> = {
  missing: '{ resultMatrix(rows: name, columns: image, where: {commit: {equals: "commit-3"}, status: {equals: true}}) { missing { row column { name } } } }',
  latest: '{ resultMatrix(rows: name, columns: image) { cells { row column { name } state latest { status commit } } } }',
  state: '{ resultMatrix(rows: name, columns: image) { cells { row column { name } state count } } }',
  hosts: '{ resultMatrix(rows: host, columns: image) { rows } }',
  stages: '{ resultMatrix(rows: stage, columns: image) { rows } }',
  names: '{ resultMatrix(rows: name, columns: image) { rows } }',
  commits: '{ resultMatrix(rows: commit, columns: image) { rows } }',
  rowIn: '{ resultMatrix(rows: name, columns: image, rowIn: ["role-3", "role-4"]) { missingCount } }',
  few: '{ resultMatrix(rows: name, columns: image, columnWhere: {name: {in: ["image-3", "image-14", "image-15"]}}) { missingCount presentCount } }',
  lts: '{ resultMatrix(rows: name, columns: image, columnWhere: {distr: {equals: "d4"}}, where: {status: {equals: true}}) { missingCount presentCount } }',
  three: '{ resultMatrix(rows: name, columns: image, columnWhere: {lts: {equals: true}}, where: {status: {equals: true}, commit: {equals: "commit-3"}, stage: {equals: "stage3"}}) { missingCount presentCount } }',
}
test('measure', async () => {
  for (const [name, query] of Object.entries(queries)) {
    let answer
    const [statement] = await recordStatements(async () => { answer = await registry.query(query) })
    const text = statement!.text
    const pid = (await client.query('select pg_backend_pid() as pid')).rows[0].pid
    const cpu = () => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' '); return (Number(f[11]) + Number(f[12])) * 10 }
    const times: number[] = []
    const start = cpu()
    for (let i = 0; i < 5; i++) { const t = performance.now(); await client.query(text, [...statement!.values]); times.push(performance.now() - t) }
    console.log(`##### ${name} cpu ${(cpu() - start) / 5} median ${times.sort((a, b) => a - b)[2]!.toFixed(1)} min ${times[0]!.toFixed(1)} ms; ${JSON.stringify(answer).slice(0, 100)}`)
    if (process.env.PLANS?.split(',').includes(name)) {
      const { rows } = await client.query(`explain (analyze, costs off, timing on, buffers off) ${text}`, [...statement!.values])
      console.log(rows.map((r) => r['QUERY PLAN']).join('\n'))
    }
  }
}, 120_000)
