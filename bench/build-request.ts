import type { Dialect, Workload } from './workloads.ts'

export interface Request {
  readonly path: string
  readonly body: string
}

/** The body to post to a contender of that dialect; undefined if one request cannot express this. */
export function buildRequest(
  name: string,
  workload: Workload,
  dialect: Dialect,
  variables: object,
): Request | undefined {
  if (dialect === 'raw') return { path: `/${name}`, body: JSON.stringify(variables) }
  const query = workload.queries[dialect]
  return query === undefined ? undefined : { path: '/graphql', body: JSON.stringify({ query, variables }) }
}

/** The bytes of an HTTP/1.1 request. */
export function printRequest({ path, body }: Request): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
