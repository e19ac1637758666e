import { once } from 'node:events'
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Template, TemplateList } from '../connection/template.ts'
import { decodeText } from '../decode-text.ts'
import type { ImportItem } from './import-item.ts'
import { splitLines } from './split-text.ts'

/** Items that are too many for memory: they go to a temporary file and are read back in order. */
export interface Aside {
  readonly size: () => number
  readonly put: (item: ImportItem) => Promise<void>
  /** Reads back the items put aside so far; items added in the meantime are for the next call. */
  readonly take: () => AsyncGenerator<ImportItem>
  readonly remove: () => Promise<void>
}

export function createAside(templates: TemplateList): Aside {
  let folder: string | undefined
  let current: { path: string; stream: WriteStream } | undefined
  let files = 0
  let size = 0
  return {
    size: () => size,
    async put(item) {
      folder ??= await mkdtemp(join(tmpdir(), 'registry-import-'))
      if (!current) {
        const path = join(folder, `${files++}.ndjson`)
        current = { path, stream: createWriteStream(path, { mode: 0o600 }) }
      }
      size++
      if (!current.stream.write(`${JSON.stringify({ ...item, template: item.template.name })}\n`))
        await once(current.stream, 'drain')
    },
    async *take() {
      const taken = current
      current = undefined
      size = 0
      if (!taken) return
      taken.stream.end()
      await once(taken.stream, 'finish')
      for await (const { text } of splitLines(decodeText(createReadStream(taken.path)))) {
        const item = JSON.parse(text) as Omit<ImportItem, 'template'> & { readonly template: string }
        yield { ...item, template: templates.find(({ name }) => name === item.template) as Template }
      }
      await rm(taken.path)
    },
    async remove() {
      current?.stream.destroy()
      if (folder) await rm(folder, { recursive: true, force: true })
    },
  }
}
