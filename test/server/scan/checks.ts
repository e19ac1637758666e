import { request } from 'node:http'

/**
 * What the scanners of GraphQL servers ask (graphql-cop, InQL, graphw00f, clairvoyance and the like), each from outside, without
 * credentials: `find` says whether the server has what the check is named after.
 */
export interface Check {
  readonly name: string
  readonly find: (url: string) => Promise<boolean>
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what a check looks for may be anywhere
  readonly json: any
}

/** Every check sends its own headers, also those that fetch does not let pass. */
function ask(
  url: string,
  options: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<Reply> {
  const { method = 'GET', headers = {}, body } = options
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: parse(text) })
      })
    })
    call.on('error', reject)
    call.end(body)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function post(url: string, query: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const body = JSON.stringify(typeof query === 'string' ? { query } : query)
  return ask(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
}

function get(url: string, query: string, headers: Record<string, string> = {}): Promise<Reply> {
  return ask(`${url}?query=${encodeURIComponent(query)}`, { headers })
}

const repeat = (count: number, print: (index: number) => string) => Array.from({ length: count }, (_, i) => print(i))

const introspection =
  'query IntrospectionQuery { __schema { queryType { name } types { kind name fields(includeDeprecated: true) { name args { name } } } } }'
/** Each level lists all types that have a field of the type before. */
const circular = `query cop { __schema { types { ${'fields { type { '.repeat(4)}name${' } }'.repeat(4)} } } }`

const idePaths = [
  ...['', '/graphiql', '/playground', '/altair', '/voyager', '/console', '/graphql/console', '/graphql/playground'],
  ...['/v1/graphiql', '/v1/graphql', '/api/graphql', '/api/graphiql', '/explorer', '/sandbox', '/graph', '/gql'],
]
const ide =
  /graphi?ql.{0,30}(?:playground|\.min\.(?:css|js)|explorer)|GraphiQL|Playground|Altair|Voyager|Apollo Sandbox/i

/** Headers by which frameworks and proxies take another method, path, address or mode. */
const trickHeaders: readonly Record<string, string>[] = [
  { 'x-http-method-override': 'POST' },
  { 'x-method-override': 'POST' },
  { 'x-original-url': '/graphql' },
  { 'x-rewrite-url': '/graphql' },
  { 'x-forwarded-for': '127.0.0.1' },
  { 'x-real-ip': '127.0.0.1' },
  { 'x-forwarded-host': 'localhost' },
  { 'x-debug': '1', 'x-apollo-tracing': '1', 'x-introspection': 'true' },
  { 'x-requested-with': 'XMLHttpRequest', 'apollo-require-preflight': 'true' },
  { 'x-registry-actor': 'root' },
  { authorization: 'Basic YWRtaW46YWRtaW4=' },
]

async function some(asked: readonly Promise<boolean>[]): Promise<boolean> {
  return (await Promise.all(asked)).some(Boolean)
}

const hasSchema = ({ json }: Reply): boolean => json?.data?.__schema != null || json?.data?.__type != null
const hasTypename = ({ json }: Reply): boolean => json?.data?.__typename !== undefined
const suggests = ({ text }: Reply): boolean => /did you mean/i.test(text)
const stack = /\bat [\w.<>]+ \(|\.[jt]s:\d+|node_modules|"exception"|"stacktrace"|"stack"|Traceback/

const misspelled: readonly (string | object)[] = [
  '{ image { nam } }',
  '{ imagez { totalCount } }',
  '{ images(wher: {}) { totalCount } }',
  '{ images(where: { nme: { equals: "a" } }) { totalCount } }',
  '{ images(orderBy: [{ name: ascc }]) { totalCount } }',
  '{ images { nodes { ... on Imag { name } } } }',
  'query cop { __schema { directive } }',
  'query cop { __typename @skp(if: true) }',
  { query: 'query ($w: ImageWhere) { images(where: $w) { totalCount } }', variables: { w: { nme: { equals: 'a' } } } },
  { query: 'query ($o: [ImageOrderBy!]) { images(orderBy: $o) { totalCount } }', variables: { o: [{ name: 'DESC' }] } },
  'mutation { upsertImage(input: { nme: "a" }) { outcome } }',
  'mutation { upsertImge(input: { name: "a" }) { outcome } }',
]

const broken: readonly (string | object)[] = [
  'qwerty cop { abc }',
  '{ image(name: 1) { name } }',
  '{ object(uuid: "x") { __typename } }',
  '{ images(first: -1) { totalCount } }',
  { query: null },
  { query: ['{ __typename }'] },
  { query: { $ne: 1 } },
  { query: '{ __typename }', variables: [] },
  { query: '{ __typename }', operationName: { a: 1 } },
  { query: 'query ($a: Int) { images(first: $a) { totalCount } }', variables: { a: '__proto__' } },
  '{ images(after: "AAAA") { totalCount } }',
]

export const checks: readonly Check[] = [
  { name: 'introspection', find: async (url) => hasSchema(await post(url, introspection)) },
  {
    name: 'introspection of one type',
    find: async (url) => hasSchema(await post(url, '{ __type(name: "Query") { name } }')),
  },
  {
    name: 'introspection in a fragment, under an alias, or beside other fields',
    find: (url) =>
      some(
        [
          'query { ...F } fragment F on Query { __schema { types { name } } }',
          'query ($yes: Boolean = true) { ... on Query { a: __typename __schema @include(if: $yes) { types { name } } } }',
          '{ templates { name } __schema { types { name } } }',
          'query A { __typename } query B { __schema { types { name } } }',
        ].map(async (query, i) => hasSchema(await post(url, i === 3 ? { query, operationName: 'B' } : { query }))),
      ),
  },
  { name: 'introspection by GET', find: async (url) => hasSchema(await get(url, introspection)) },
  {
    name: 'introspection under headers that are taken for others',
    find: (url) => some(trickHeaders.map(async (headers) => hasSchema(await post(url, introspection, headers)))),
  },
  { name: 'circular introspection', find: async (url) => (await post(url, circular)).json?.data?.__schema != null },
  {
    name: 'schema as a file',
    find: (url) =>
      some(
        ['/schema.graphql', '/schema.json', '/schema', '/graphql/schema', '/sdl', '/graphql?sdl'].map(async (path) =>
          /type Query|"queryType"/.test((await ask(new URL(path, url).href)).text),
        ),
      ),
  },
  { name: 'field suggestions', find: (url) => some(misspelled.map(async (one) => suggests(await post(url, one)))) },
  {
    name: 'IDE',
    find: (url) =>
      some(
        ['text/html', 'text/html,application/xhtml+xml,*/*;q=0.8'].flatMap((accept) =>
          idePaths.map(async (path) =>
            ide.test((await ask(path === '' ? url : new URL(path, url).href, { headers: { accept } })).text),
          ),
        ),
      ),
  },
  { name: 'queries by GET', find: async (url) => hasTypename(await get(url, 'query cop { __typename }')) },
  {
    name: 'queries by GET under headers that stand for POST',
    find: (url) => some(trickHeaders.map(async (headers) => hasTypename(await get(url, '{ __typename }', headers)))),
  },
  { name: 'mutations by GET', find: async (url) => hasTypename(await get(url, 'mutation cop { __typename }')) },
  {
    name: 'forms and texts, which pages of other sites may send',
    find: (url) =>
      some(
        [
          ['application/x-www-form-urlencoded', `query=${encodeURIComponent('query cop { __typename }')}`],
          ['text/plain', '{"query":"{ __typename }"}'],
          ['application/graphql', '{ __typename }'],
          [
            'multipart/form-data; boundary=x',
            '--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{ __typename }\r\n--x--\r\n',
          ],
          ['', '{"query":"{ __typename }"}'],
        ].map(async ([type = '', body = '']) =>
          hasTypename(await ask(url, { method: 'POST', body, headers: type === '' ? {} : { 'content-type': type } })),
        ),
      ),
  },
  {
    name: 'alias overload',
    find: async (url) => {
      const answer = await post(url, `query cop { ${repeat(101, (i) => `alias${i}: __typename`).join('\n')} }`)
      return answer.json?.data?.alias100 !== undefined
    },
  },
  {
    name: 'directive overload',
    find: (url) =>
      some(
        [`__typename ${'@aa'.repeat(10)}`, `__typename ${'@skip(if: false)'.repeat(10)}`].map(
          async (field) => (await post(url, `query cop { ${field} }`)).json?.errors?.length >= 9,
        ),
      ),
  },
  {
    name: 'array batching',
    find: async (url) =>
      (
        await post(
          url,
          repeat(10, () => '').map(() => ({ query: '{ __typename }' })),
        )
      ).json?.length >= 10,
  },
  { name: 'field duplication', find: async (url) => hasTypename(await post(url, `{ ${'__typename '.repeat(500)} }`)) },
  {
    name: 'circular fragments',
    find: async (url) => {
      const query = '{ ...A } fragment A on Query { __typename ...B } fragment B on Query { __typename ...A }'
      const { json, status } = await post(url, query)
      return json?.data?.__typename !== undefined || status >= 500
    },
  },
  {
    name: 'deep nesting',
    find: async (url) => {
      const fields = `${'nodes { roles { nodes { image { roles { '.repeat(20)}totalCount${' } } } }'.repeat(20)} }`
      return (
        (await post(url, `{ images { ${fields} }`)).status >= 500 ||
        (await post(url, `${'{ a '.repeat(5000)}`)).status >= 500
      )
    },
  },
  {
    name: 'tracing',
    find: (url) =>
      some(
        [{}, ...trickHeaders].map(
          async (headers) => (await post(url, '{ __typename }', headers)).json?.extensions !== undefined,
        ),
      ),
  },
  {
    name: 'errors with stack traces, or of the server',
    find: (url) =>
      some([
        ...broken.map(async (one) => isUnhandled(await post(url, one))),
        ask(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":' }).then(
          isUnhandled,
        ),
        ask(`${url}?query={a}&variables={`).then(isUnhandled),
        ask(url, { method: 'DELETE' }).then(isUnhandled),
        ask(url, { method: 'TRACE' }).then(isUnhandled),
      ]),
  },
  {
    name: 'answers to pages of any origin',
    find: async (url) => {
      const { headers } = await post(url, '{ __typename }', { origin: 'https://evil.example' })
      return headers['access-control-allow-origin'] !== undefined
    },
  },
  {
    name: 'headers that name the software',
    find: async (url) => {
      const { headers } = await post(url, '{ __typename }')
      return headers['server'] !== undefined || headers['x-powered-by'] !== undefined
    },
  },
]

function isUnhandled({ status, text }: Reply): boolean {
  return status >= 500 || stack.test(text)
}
