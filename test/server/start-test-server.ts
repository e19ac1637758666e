import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  printSchema,
} from 'graphql'
import { openAccess } from '../../src/access/create-access.ts'
import { createCallerError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/limits.ts'
import { createLogger } from '../../src/logger.ts'
import { createPlanRequest } from '../../src/plan/plan-request.ts'
import {
  createServer,
  type RegistryServer,
  type RegistryServerOptions,
  type Served,
} from '../../src/server/create-server.ts'
import type { LogLevel } from '../../src/settings.ts'

const Json = new GraphQLScalarType({ name: 'JSON' })

/** Fails when it is given out: a stored value that does not fit its type. */
const Strict = new GraphQLScalarType({
  name: 'Strict',
  serialize: (value) => {
    throw new GraphQLError(`Strict cannot represent ${String(value)}`)
  },
})

const ThingInput = new GraphQLInputObjectType({
  name: 'ThingInput',
  fields: {
    name: { type: new GraphQLNonNull(GraphQLString) },
    lts: { type: GraphQLBoolean },
    constructor: { type: GraphQLString },
    toString: { type: GraphQLString },
    json: { type: Json },
    ...Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`field${index}`, { type: GraphQLString }])),
  },
})

interface TestContext {
  readonly author: unknown
}

const Thing: GraphQLObjectType = new GraphQLObjectType({
  name: 'Thing',
  fields: () => ({
    name: { type: GraphQLString },
    thing: { type: Thing, resolve: () => ({ name: 'a' }) },
    things: { type: new GraphQLList(Thing), resolve: () => [{ name: 'a' }] },
  }),
})

const thingFields = { name: { type: GraphQLString }, thing: { type: Thing, resolve: () => ({ name: 'a' }) } }

/** How many mutations have run in this process. */
export const written = { count: 0 }

/** What `slow` stands before: it tells of its `arrival` and waits for `open`. */
export const gate = new EventEmitter()

export const testSchema = new GraphQLSchema({
  query: new GraphQLObjectType<unknown, TestContext>({
    name: 'Query',
    fields: {
      ...thingFields,
      hello: {
        type: GraphQLString,
        args: { name: { type: GraphQLString } },
        resolve: (_, args) => `hello ${args['name'] ?? 'world'}`,
      },
      caller: { type: Json, resolve: (_, __, context) => context.author },
      down: {
        type: GraphQLString,
        resolve: () => {
          throw createCallerError('SERVICE_UNAVAILABLE', 'The database is away. Try again.', {
            cause: new Error('connect ECONNREFUSED db.internal'),
          })
        },
      },
      notFound: {
        type: GraphQLString,
        resolve: () => {
          throw createCallerError('NOT_FOUND', 'There is no image "a".')
        },
      },
      forbidden: {
        type: GraphQLString,
        resolve: () => {
          throw createCallerError('FORBIDDEN', 'Not yours.')
        },
      },
      broken: {
        type: GraphQLString,
        resolve: () => {
          throw new Error('SELECT secret FROM passwords', { cause: new Error('at pg') })
        },
      },
      brokenText: {
        type: GraphQLString,
        resolve: () => {
          // biome-ignore lint/style/useThrowOnlyError: a library may throw what is no error
          throw 'SELECT secret'
        },
      },
      nonNull: { type: new GraphQLNonNull(GraphQLString), resolve: () => null },
      strict: { type: Strict, resolve: () => 'secret' },
      plain: {
        type: GraphQLString,
        resolve: () => {
          throw new GraphQLError('secret of a library')
        },
      },
      many: {
        type: new GraphQLList(GraphQLString),
        resolve: () => Array.from({ length: 30 }, () => new Error('one of many')),
      },
      slow: {
        type: GraphQLString,
        resolve: async () => {
          gate.emit('arrival')
          await once(gate, 'open')
          return 'done'
        },
      },
    },
  }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      write: { type: GraphQLInt, resolve: () => ++written.count },
      upsertThing: {
        type: Json,
        args: { input: { type: new GraphQLNonNull(ThingInput) } },
        resolve: (_, args) => ({ keys: Object.keys(args['input']), input: args['input'] }),
      },
      upsertThings: {
        type: GraphQLInt,
        args: { input: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(ThingInput))) } },
        resolve: (_, args) => args['input'].length,
      },
    },
  }),
})

export interface TestServer {
  readonly server: RegistryServer
  readonly url: string
  readonly port: number
  /** The lines of the log so far. */
  readonly log: Record<string, unknown>[]
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of the answer, it asserts
  readonly body: any
}

/** Starts a server on a free port of 127.0.0.1; stop it with `await server.drain(0)`. */
export async function startTestServer(
  {
    schema = testSchema,
    ...options
  }: Partial<RegistryServerOptions & Omit<Served, 'schema'>> & { schema?: GraphQLSchema } = {},
  level: LogLevel = 'debug',
): Promise<TestServer> {
  const log: Record<string, unknown>[] = []
  const logger = createLogger(level, { write: (line: string) => log.push(JSON.parse(line)) })
  const server = createServer({
    config: { host: '127.0.0.1', allowedHosts: [], corsOrigins: [] },
    logger,
    isReady: async () => true,
    ...options,
  })
  const sdl = printSchema(schema)
  const digest = createHash('sha256').update(sdl).digest('base64url')
  server.serve({
    schema: Object.assign(schema, { digest, print: async () => sdl }),
    identify: openAccess.identify,
    introspects: () => true,
    createContext: ({ author }) => {
      const request = createPlanRequest({
        model: { templates: [], byName: new Map(), removed: [], spent: [] },
        limits: defaultLimits,
        author,
      })
      return { author, request, database: {}, feed: { noteWrite: () => undefined } } as never
    },
    exampleQueries: [],
    ...options,
  })
  await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve))
  const { port } = server.http.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const post = async (body: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : text }
  }
  return { server, url, port, log, post }
}
