import { once } from 'node:events'
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeText, splitLines } from './split-text.ts'

/** A list that is too long for memory: its items go to a temporary file and are read back in order. */
export interface Aside<Item> {
  readonly size: () => number
  readonly put: (item: Item) => Promise<void>
  /** Reads back the items put aside so far; items added in the meantime are for the next call. */
  readonly take: () => AsyncGenerator<Item>
  readonly remove: () => Promise<void>
}

export function createAside<Item>(): Aside<Item> {
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
      if (!current.stream.write(`${JSON.stringify(item)}\n`)) await once(current.stream, 'drain')
    },
    async *take() {
      const taken = current
      current = undefined
      size = 0
      if (!taken) return
      taken.stream.end()
      await once(taken.stream, 'finish')
      for await (const { text } of splitLines(decodeText(createReadStream(taken.path)))) yield JSON.parse(text) as Item
      await rm(taken.path)
    },
    async remove() {
      current?.stream.destroy()
      if (folder) await rm(folder, { recursive: true, force: true })
    },
  }
}
