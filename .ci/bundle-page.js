// Part of `npm run build`: bundles the page (src/page) into dist/page. Scripts, styles and pictures are named by their content, so
// that browsers may keep them for ever, and everything is compressed here, once. Prints nothing unless something fails.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'rolldown'
import { thirdPartyLicenses } from './third-party-licenses.js'
import { filesOf, writeFolder } from './write-folder.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src/page')

/** The folder for the files; its previous contents are removed. The tests use another folder. */
const directory = resolve(process.argv[2] ?? join(root, 'dist/page'))

const bundle = await build({
  cwd: root,
  input: 'src/page/main.tsx',
  platform: 'browser',
  tsconfig: 'src/page/tsconfig.json',
  output: { format: 'esm', minify: true, comments: false, codeSplitting: false },
  plugins: [thirdPartyLicenses],
  write: false,
})
const styles = readdirSync(join(source, 'styles'))
  .sort()
  .map((name) => readFileSync(join(source, 'styles', name), 'utf8'))

/** @type {Record<string, string | Uint8Array>} */
const files = { 'licenses.txt': filesOf(bundle)['licenses.txt'] ?? '' }
/** @type {Record<string, string>} */
const addresses = {
  'page.js': addAsset('page', 'js', bundle.output[0].code),
  'page.css': addAsset('page', 'css', shorten(styles.join('\n'))),
  'icon.svg': addAsset('icon', 'svg', readFileSync(join(source, 'icon.svg'), 'utf8')),
}
const html = readFileSync(join(source, 'index.html'), 'utf8')
addCompressed(
  'index.html',
  html.replace(/\{([\w.]+)\}/g, (_, name) => addresses[name] ?? ''),
)
writeFolder(directory, files)

/** @type {(name: string, extension: string, text: string) => string} the address */
function addAsset(name, extension, text) {
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 16)
  const path = `assets/${name}.${digest}.${extension}`
  addCompressed(path, text)
  return `/${path}`
}

/** @type {(path: string, text: string) => void} */
function addCompressed(path, text) {
  files[path] = text
  files[`${path}.br`] = brotliCompressSync(text)
  files[`${path}.gz`] = gzipSync(text, { level: 9 })
}

/** CSS without comments and indentation. */
/** @type {(css: string) => string} */
function shorten(css) {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s+/gm, '')
    .replace(/\s*([{};,>])\s*/g, '$1')
}
