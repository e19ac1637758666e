import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultLimits } from '../../src/limits.ts'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { loadTemplates } from '../../src/template/load-templates.ts'
import { createSend } from '../../src/webhooks/create-send.ts'
import { createWebhooks } from '../../src/webhooks/create-webhooks.ts'
import { isPublicAddress } from '../../src/webhooks/is-public-address.ts'
import { parseWebhooks } from '../../src/webhooks/parse-webhooks.ts'
import { signHeaders } from '../../src/webhooks/sign.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Block, listBlocks } from './list-blocks.ts'

let registry: TestRegistry
let blocks: readonly Block[]
let folder: string
beforeAll(async () => {
  blocks = listBlocks(await readFile('docs/live.md', 'utf8'))
  const text = blocks.find(({ language }) => language === 'yaml')?.text ?? ''
  const model = await loadTemplates('object-templates')
  const context = { model, schema: buildSchema(model), limits: defaultLimits }
  const { webhooks, issues } = parseWebhooks([{ file: 'chat.yaml', text }], context)
  expect(issues).toEqual([])
  registry = await startRegistry(undefined, {
    openWebhooks: (given) =>
      createWebhooks({
        ...{ ...given, webhooks, logger: pino({ level: 'silent' }) },
        secrets: new Map([['chat', Buffer.from('secret')]]),
        send: createSend({ mayConnect: isPublicAddress }),
      }),
  })
  folder = await mkdtemp(join(tmpdir(), 'registry-live-'))
})
afterAll(async () => {
  await registry?.close()
  await rm(folder, { recursive: true, force: true })
})

test('each question of docs/live.md has the answer that it shows', async () => {
  let cursor = ''
  for (const [i, { language, text, line }] of blocks.entries()) {
    if (language !== 'graphql') continue
    const data = JSON.stringify(await registry.data(text.replaceAll('CURSOR', cursor)))
    cursor = /"(?:endCursor|cursor)":"([^"]+)"/.exec(data)?.[1] ?? cursor
    const shown = blocks[i + 1]
    if (shown?.language === 'json')
      expect(JSON.parse(data.replaceAll(cursor || '-', 'CURSOR')), `docs/live.md:${line}`).toEqual(
        JSON.parse(shown.text),
      )
  }
  expect(cursor).not.toBe('')
})

interface State {
  readonly cursor: string
  readonly images: Readonly<Record<string, unknown>>
}

test('the program of docs/live.md has all images, also after a pause in which its cursor has expired', async () => {
  const file = join(folder, 'follow.mjs')
  await writeFile(file, blocks.find(({ language }) => language === 'js')?.text ?? '')
  const { follow } = await import(file)
  const goOn = async (state: State | undefined) => {
    let saved = state
    let isOver = false
    await follow(
      registry.url,
      state,
      (next: State) => {
        saved = next
        isOver = true
      },
      () => isOver,
    )
    return saved as State
  }
  const upsert = (name: string, lts: boolean) =>
    registry.data(`mutation { upsertImage(input: { name: "${name}", lts: ${lts} }) { outcome } }`)
  const stored = async () => {
    const { images } = await registry.data('{ images { nodes { name _document } } }')
    return Object.fromEntries(images.nodes.map(({ name, _document }: Record<string, unknown>) => [name, _document]))
  }
  const first = await goOn(undefined)
  expect(first.images).toEqual(await stored())
  await upsert('delta', true)
  await registry.data('mutation { deleteImage(name: "gamma") { name } }')
  const second = await goOn(first)
  expect(second.images).toEqual(await stored())
  const expired = Buffer.from(JSON.stringify(['_feed', 'abc', '1:1:'])).toString('base64url')
  expect((await goOn({ cursor: expired, images: {} })).images).toEqual(await stored())
})

test('the program of docs/live.md for receivers tells genuine messages from others', async () => {
  const file = join(folder, 'is-genuine.mjs')
  await writeFile(file, blocks.findLast(({ language }) => language === 'js')?.text ?? '')
  const { isGenuine } = await import(file)
  const signed = signHeaders(Buffer.from('secret'), 'msg_1', Date.now(), '{}')
  const old = signHeaders(Buffer.from('secret'), 'msg_1', 0, '{}')
  const found = [isGenuine(signed, '{}', 'secret'), isGenuine(signed, '{}', 'whsec_c2VjcmV0')]
  expect(found).toEqual([true, true])
  const wrong = [isGenuine(signed, '{ }', 'secret'), isGenuine(signed, '{}', 'other'), isGenuine(old, '{}', 'secret')]
  expect(wrong).toEqual([false, false, false])
})
