import { expect } from 'vitest'
import type { TestRegistry } from './registry.ts'

/** Sends an operation that is refused as a whole, and returns `CODE path: message` of each issue, or `CODE message` if there are none. */
export async function listErrors(registry: TestRegistry, query: string, variables?: object): Promise<string[]> {
  const { data, errors = [] } = await registry.query(query, variables)
  expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([])
  return errors.flatMap(({ message, extensions }) => {
    const issues = extensions?.issues
    // The message of an error in a variable also has the variable's name and value.
    if (issues && issues[0]?.code !== 'INVALID_VARIABLE')
      expect(message).toBe(issues.map((issue) => `${positionOf(issue.path)}${issue.message}`).join('\n'))
    return (
      issues?.map((issue) => `${extensions?.code} ${(issue.path as unknown[]).join('.')}: ${issue.message}`) ?? [
        `${extensions?.code} ${message}`,
      ]
    )
  })
}

/** The item of a batch that the message of the whole error names. */
function positionOf(path: unknown): string {
  const [argument, index] = path as readonly unknown[]
  return argument === 'input' && typeof index === 'number' ? `input[${index}]: ` : ''
}
