import { fileURLToPath } from 'node:url'
import { nodeOptions } from '../src/node-options.ts'
import type { Dialect } from './workloads.ts'

/** A server that runs as a separate process. */
export interface Contender {
  readonly title: string
  readonly dialect: Dialect
  readonly node: NodeVersion
  /** The program and its arguments, from the root. */
  readonly program: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

type NodeVersion = 'node 20' | 'node 24'

/** `npm run` puts the package `node` first on the path, and reports which Node it runs on itself. */
export const nodes: Readonly<Record<NodeVersion, string>> = {
  'node 20': process.env['npm_node_execpath'] ?? 'node',
  'node 24': fileURLToPath(new URL('node_modules/.bin/node', import.meta.url)),
}

const raw = ['--import', 'tsx', 'bench/contenders/raw.ts']

/** All ratios are relative to `raw`, the first. */
export const contenders = {
  raw: { title: 'by hand', dialect: 'raw', node: 'node 20', program: raw },
  registry: { title: 'registry', dialect: 'registry', node: 'node 20', program: [...nodeOptions, 'dist/main.js'] },
  'raw-24': { title: 'by hand, Node 24', dialect: 'raw', node: 'node 24', program: raw },
  'registry-24': {
    title: 'registry, Node 24',
    dialect: 'registry',
    node: 'node 24',
    program: [...nodeOptions, 'dist/main.js'],
  },
  'raw-typed': {
    title: 'by hand, typed tables',
    dialect: 'raw',
    node: 'node 20',
    program: raw,
    env: { STORAGE: 'columns' },
  },
  postgraphile: {
    title: 'PostGraphile 5, Node 24',
    dialect: 'postgraphile',
    node: 'node 24',
    program: ['bench/contenders/postgraphile.ts'],
    env: { GRAPHILE_ENV: 'production' },
  },
  prisma: {
    title: 'Prisma behind Yoga, Node 24',
    dialect: 'prisma',
    node: 'node 24',
    program: ['bench/contenders/prisma/server.ts'],
  },
} as const satisfies Readonly<Record<string, Contender>>

export type ContenderName = keyof typeof contenders
