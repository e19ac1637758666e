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
const withQueries = documents.filter(
  (file) =>
    // These have tests of their own, which know the times and the cursors.
    !['docs/history.md', 'docs/live.md', 'docs/subscriptions.md', 'docs/waiting.md'].includes(file) &&
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
    'docs/writing.md',
  ])
})

/** The templates that the document itself has for its examples; undefined: they use the shipped ones. */
function templatesOf(file: string, blocks: ReturnType<typeof listBlocks>): readonly string[] | undefined {
  if (file !== 'docs/writing.md') return undefined
  return blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text)
}

describe.each(withQueries)('%s', (file) => {
  let registry: TestRegistry | undefined
  afterAll(() => registry?.close())

  test('its operations, run in their order on a new registry, give the results that it shows', async () => {
    const blocks = listBlocks(readFileSync(file, 'utf8'))
    registry = await startRegistry(templatesOf(file, blocks))
    for (const [i, block] of blocks.entries()) {
      if (block.language !== 'graphql') continue
      const data = await registry.data(block.text)
      const shown = blocks[i + 1]
      if (shown?.language === 'json') expect(data, `${file}:${block.line}`).toEqual(JSON.parse(shown.text))
    }
  })
})
