import { deepStrictEqual } from 'node:assert/strict'
import { buildRequest, type Request } from './build-request.ts'
import type { Side } from './with-servers.ts'
import type { Workload } from './workloads.ts'

/**
 * Sends the same query to all contenders and returns those that answer; the others cannot express the query. Throws if they
 * disagree or if an answer is empty, because then there would be nothing to compare.
 */
export async function compareAnswers(
  name: string,
  workload: Workload,
  sides: readonly Side[],
  objects: number,
): Promise<Side[]> {
  const able = new Set(sides)
  for (let i = 0; i < 3; i++) {
    const variables = workload.variables(objects)
    let first: { readonly side: Side; readonly answer: unknown } | undefined
    for (const side of [...able]) {
      const request = buildRequest(name, workload, side.dialect, variables)
      const data = request && (await ask(side, request))
      if (data === undefined) {
        able.delete(side)
        continue
      }
      const answer = workload.answer(data)
      first ??= { side, answer }
      if (JSON.stringify(answer).length < 10) throw new Error(`${name}: nothing in ${side.name}'s answer`)
      deepStrictEqual(answer, first.answer, `${name}: ${side.name} answers otherwise than ${first.side.name}`)
    }
  }
  return [...able]
}

/** A response's data; undefined if the schema does not have the requested fields. */
async function ask({ name, port }: Side, { path, body }: Request): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
  })
  const text = await response.text()
  if (/Cannot query field|Unknown argument|Unknown type/.test(text)) return undefined
  const { data, errors } = JSON.parse(text)
  if (!response.ok || errors) throw new Error(`${name}: ${text.slice(0, 2_000)}`)
  return data
}
