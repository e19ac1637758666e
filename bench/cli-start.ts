/**
 * How long commands take as whole processes, compared with `node -e 0`, in turns: with 2 objects and with 50,000, and the memory
 * needed to print all of these. Compile first: npm run build && npx tsx bench/cli-start.ts
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const rounds = 40
const port = 4_312
const many = 50_000
const program = 'dist/bin/registry.cjs'

const folder = await mkdtemp(join(tmpdir(), 'registry-bench-'))
const env = { ...process.env, REGISTRY_URL: `http://127.0.0.1:${port}/graphql`, XDG_CACHE_HOME: folder }
/** The minimum work of pyRegistryStore's `get`: load its imports, read a file of two objects, print JSON. */
const python = `import argparse, datetime, json, os, uuid, yaml
text = '''- {name: x, distr: ubuntu, version: "20.04", lts: true}
- {name: y, distr: ubuntu, version: "20.04", lts: true}'''
print(json.dumps([one for one in yaml.load(text, Loader=yaml.CLoader) if one['name'] == 'x']))`
// The program itself: the one on the path may be a script that searches for it.
const pythonProgram = spawnSync('python3', ['-c', 'import sys, yaml; print(sys.executable)'], {
  encoding: 'utf8',
}).stdout?.trim()
const commands: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'registry --version': [program, '--version'],
  'registry image get name=x': [program, 'image', 'get', 'name=x'],
  'registry image set name=x': [program, 'image', 'set', 'name=x', 'lts=true'],
  'registry image last': [program, 'image', 'last'],
  ...(pythonProgram && { 'python3, with PyYAML': ['-c', python] }),
}

const server: ChildProcess = spawn(process.execPath, ['dist/main.js'], {
  env: { ...process.env, PORT: String(port), DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' },
  stdio: 'inherit',
})
try {
  await untilReady()
  await upsert(['x', 'y'])
  await measure('2 objects')
  for (let i = 0; i < many; i += 5_000) await upsert(Array.from({ length: 5_000 }, (_, j) => `image-${i + j}`))
  await measure(`${many.toLocaleString('en-US')} objects`)
  for (const [what, args] of [
    ['2 of them', ['--first', '2']],
    ['all of them', []],
  ] as const) {
    const { milliseconds, megabytes } = await run([program, 'image', 'get', '-o', 'ndjson', ...args])
    console.log(
      `${`get -o ndjson, ${what}`.padEnd(28)} ${milliseconds.toFixed(0).padStart(5)} ms   ${megabytes.toFixed(0).padStart(4)} MB at most`,
    )
  }
} finally {
  server.kill('SIGTERM')
  await once(server, 'close')
  await rm(folder, { recursive: true, force: true })
}

/** Prints each command's median, and how many times as long as `node -e 0` it takes: the median of the pairs. */
async function measure(title: string): Promise<void> {
  const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const [name, args] of Object.entries(commands)) {
      const { milliseconds } = await run(args, name.startsWith('python3') ? pythonProgram : process.execPath)
      // The first round fills the caches.
      if (round > 0) times.get(name)?.push(milliseconds)
    }
  }
  const base = times.get('node -e 0') ?? []
  console.log(`${title.padEnd(28)} median  fastest   beside node -e 0`)
  for (const [name, all] of times) {
    const ratio = medianOf(all.map((time, i) => time / (base[i] ?? time)))
    console.log(
      `${name.padEnd(28)} ${medianOf(all).toFixed(0).padStart(3)} ms   ${Math.min(...all)
        .toFixed(0)
        .padStart(3)} ms   ${ratio.toFixed(2)}`,
    )
  }
}

async function run(
  args: readonly string[],
  file = process.execPath,
): Promise<{ milliseconds: number; megabytes: number }> {
  const start = performance.now()
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let megabytes = 0
  const watch = setInterval(async () => {
    megabytes = Math.max(megabytes, await residentMegabytes(child.pid))
  }, 20)
  child.stdout?.resume()
  const [code] = await once(child, 'close')
  clearInterval(watch)
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return { milliseconds: performance.now() - start, megabytes }
}

/** Only on Linux; 0 on other systems. */
async function residentMegabytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

async function upsert(names: readonly string[]): Promise<void> {
  const query = 'mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created } }'
  const input = names.map((name, i) => ({
    name,
    distr: `distr${i % 20}`,
    version: `${i}`,
    kernel: `5.4.0-${i}`,
    lts: i % 2 === 0,
  }))
  const response = await fetch(env.REGISTRY_URL, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  })
  const { errors } = (await response.json()) as { errors?: unknown }
  if (errors) throw new Error(JSON.stringify(errors))
}

async function untilReady(): Promise<void> {
  for (;;) {
    const response = await fetch(new URL('/readyz', env.REGISTRY_URL)).catch(() => undefined)
    if (response?.ok) return
    if (server.exitCode !== null) throw new Error('the server has ended')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
