import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { packageDirectory } from '../../package-directory.ts'
import type { Coding } from '../send/choose-coding.ts'

/** A file of the page, as the build made it. */
export interface PageFile {
  readonly type: string
  readonly plain: Buffer
  readonly compressed: Readonly<Record<Coding, Buffer>>
  readonly tag: string
}

/** The page for a browser: its document, and what that loads, by path. */
export interface PageFiles {
  readonly document: PageFile
  readonly assets: ReadonlyMap<string, PageFile>
}

/** Where the build puts the page. */
export const pageDirectory = join(packageDirectory, 'dist/page')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
}

/** Reads the page into memory, some 200 kB. Rejects if `npm run build` has not made it. */
export async function loadPageFiles(directory: string): Promise<PageFiles> {
  const names = (await readdir(join(directory, 'assets'))).filter((name) => extname(name) in types)
  const assets = await Promise.all(
    names.map(async (name) => [`/assets/${name}`, await loadFile(join(directory, 'assets', name))] as const),
  )
  return { document: await loadFile(join(directory, 'index.html')), assets: new Map(assets) }
}

/** The page where there is no GraphiQL: its document says so, and it shows no link there. */
export function withoutGraphiql({ document, assets }: PageFiles): PageFiles {
  const text = document.plain.toString().replace('<html ', '<html data-graphiql="off" ')
  const plain = Buffer.from(text)
  const compressed = { br: brotliCompressSync(plain), gzip: gzipSync(plain) }
  return { document: { type: document.type, plain, compressed, tag: tagOf(plain) }, assets }
}

function tagOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

async function loadFile(path: string): Promise<PageFile> {
  const [plain, br, gzip] = await Promise.all([path, `${path}.br`, `${path}.gz`].map((name) => readFile(name)))
  if (!plain || !br || !gzip) throw new Error(`${path} is not complete`)
  const type = types[extname(path)] ?? 'application/octet-stream'
  return { type, plain, compressed: { br, gzip }, tag: tagOf(plain) }
}
