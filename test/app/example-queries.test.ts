import { afterAll, beforeAll, expect, test } from 'vitest'
import { listExampleQueries } from '../../src/example-queries.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = {
  shipped: undefined,
  'one of every field type': [
    `name: thing
key: [first]
fields:
  first: string
  count: { type: int, required: true }
  kind: { type: enum, values: [big, small] }
  parts: [string]
  more: json
  inner: { type: object, fields: { a: string } }
`,
  ],
}

for (const [name, texts] of Object.entries(templates)) {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry(texts)
  })
  afterAll(() => registry?.close())

  test(`every query that GraphiQL opens with runs without an error: ${name}`, async () => {
    const examples = listExampleQueries(registry.model)
    expect(examples.length).toBeGreaterThan(2)
    for (const { query } of examples) expect(await registry.query(query), query).not.toHaveProperty('errors')
    // Not even the one that shows how to write has written anything.
    const { templates } = await registry.data('{ templates { count } }')
    expect(templates.map(({ count }: { count: number }) => count)).toEqual(templates.map(() => 0))
  })
}

test('with the shipped templates they ask the question that the registry exists for', async () => {
  const registry = await startRegistry()
  expect(listExampleQueries(registry.model)[1]?.query).toBe(`# The images for which there is no such role yet.
query ImagesWithoutRoles {
  images(
    where: {roles: {none: {name: {equals: "name"}, commit: {equals: "commit"}, status: {equals: true}}}}
  ) {
    totalCount
    nodes {
      name
      distr
      version
      kernel
      lts
    }
  }
}
`)
  await registry.close()
})
