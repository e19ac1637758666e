import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  buildSchema,
  type ExecutionResult,
  execute,
  type GraphQLError,
  MaxIntrospectionDepthRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql'

interface Sent {
  readonly query: string
  readonly variables: Record<string, unknown>
  readonly operationName: string
}

/** A server of GraphQL with every fault that a scanner looks for, so that each check has something to find. */
export async function startFaultyServer(sdl: string): Promise<{ readonly url: string; readonly close: () => void }> {
  const schema = buildSchema(sdl)
  const rules = specifiedRules.filter((rule) => rule !== MaxIntrospectionDepthRule)
  const answer = ({ query, variables, operationName }: Sent) => {
    try {
      const document = parse(query)
      const errors = validate(schema, document, rules)
      if (errors.length > 0) return { errors }
      return execute({ schema, document, variableValues: variables, operationName })
    } catch (error) {
      return { errors: [error as GraphQLError] }
    }
  }
  const run = async (sent: Sent) => {
    const { data = undefined, errors } = (await answer(sent)) as ExecutionResult
    const shown = errors?.map((error) => ({ message: error.message, stack: error.stack }))
    return { data, errors: shown, extensions: { tracing: {} } }
  }
  const http = createServer(async (req, res) => {
    const url = new URL(req.url ?? '', 'http://faulty')
    res.setHeader('X-Powered-By', 'Express')
    res.setHeader('Access-Control-Allow-Origin', '*')
    if (req.headers.accept?.includes('text/html')) return res.end('<title>GraphiQL</title>')
    if (url.pathname.startsWith('/schema')) return res.end(sdl)
    try {
      const given = req.method === 'GET' ? Object.fromEntries(url.searchParams) : await readBody(req)
      const result = Array.isArray(given) ? await Promise.all(given.map(run)) : await run(given as Sent)
      res.statusCode = 'data' in result && result.data === undefined ? 500 : 200
      res.end(JSON.stringify(result))
    } catch (error) {
      res.statusCode = 500
      res.end(JSON.stringify({ errors: [{ message: String(error), stack: (error as Error).stack }] }))
    }
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`, close: () => http.close() }
}

/** Takes a query in whatever form it comes. */
async function readBody(req: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of req) text += chunk
  const type = req.headers['content-type'] ?? ''
  if (type.includes('urlencoded')) return Object.fromEntries(new URLSearchParams(text))
  if (type.includes('application/graphql')) return { query: text }
  if (type.includes('multipart')) return { query: /\r\n\r\n(.*)\r\n/.exec(text)?.[1] }
  return JSON.parse(text)
}
