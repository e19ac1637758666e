import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { listBlocks } from './list-blocks.ts'

const documents = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const withQueries = documents.filter((file) =>
  listBlocks(readFileSync(file, 'utf8')).some((block) => block.language === 'graphql'),
)

test('the documents with queries are found', () => {
  expect(withQueries).toEqual([
    'README.md',
    'docs/architecture.md',
    'docs/clients.md',
    'docs/graphql.md',
    'docs/matrix.md',
    'docs/queries.md',
  ])
})

describe.each(withQueries)('%s', (file) => {
  let registry: TestRegistry | undefined
  afterAll(() => registry?.close())

  test('its operations, run in their order on a new registry, give the results that it shows', async () => {
    registry = await startRegistry()
    const blocks = listBlocks(readFileSync(file, 'utf8'))
    for (const [i, block] of blocks.entries()) {
      if (block.language !== 'graphql') continue
      const data = await registry.data(block.text)
      const shown = blocks[i + 1]
      if (shown?.language === 'json') expect(data, `${file}:${block.line}`).toEqual(JSON.parse(shown.text))
    }
  })
})
