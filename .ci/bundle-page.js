// Part of `npm run build`: bundles the page (src/page) into dist/page. Scripts, styles and pictures are named by their content, so
// that browsers may keep them for ever, and everything is compressed here, once. Prints nothing unless something fails.

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src/page')

/** The folder for the files; its previous contents are removed. The tests use another folder. */
const directory = resolve(process.argv[2] ?? join(root, 'dist/page'))

const { output } = await build({
  cwd: root,
  input: 'src/page/main.tsx',
  platform: 'browser',
  tsconfig: 'src/page/tsconfig.json',
  output: { format: 'esm', minify: true, comments: false, codeSplitting: false },
  write: false,
})
const styles = readdirSync(join(source, 'styles'))
  .sort()
  .map((name) => readFileSync(join(source, 'styles', name), 'utf8'))

rmSync(directory, { recursive: true, force: true })
mkdirSync(join(directory, 'assets'), { recursive: true })
/** @type {Record<string, string>} */
const addresses = {
  'page.js': writeAsset('page', 'js', output[0].code),
  'page.css': writeAsset('page', 'css', shorten(styles.join('\n'))),
  'icon.svg': writeAsset('icon', 'svg', readFileSync(join(source, 'icon.svg'), 'utf8')),
}
const html = readFileSync(join(source, 'index.html'), 'utf8')
writeCompressed(
  'index.html',
  html.replace(/\{([\w.]+)\}/g, (_, name) => addresses[name] ?? ''),
)

/** @type {(name: string, extension: string, text: string) => string} the address */
function writeAsset(name, extension, text) {
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 16)
  const path = `assets/${name}.${digest}.${extension}`
  writeCompressed(path, text)
  return `/${path}`
}

/** @type {(path: string, text: string) => void} */
function writeCompressed(path, text) {
  writeFileSync(join(directory, path), text)
  writeFileSync(join(directory, `${path}.br`), brotliCompressSync(text))
  writeFileSync(join(directory, `${path}.gz`), gzipSync(text, { level: 9 }))
}

/** CSS without comments and indentation. */
/** @type {(css: string) => string} */
function shorten(css) {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s+/gm, '')
    .replace(/\s*([{};,>])\s*/g, '$1')
}
