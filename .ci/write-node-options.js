// Writes src/node-options.json to `node-options` in a folder (default: dist), as words for a shell: `npm start` and the image start
// Node with them. `registry serve` has them in its bundle.

import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const options = JSON.parse(readFileSync(join(root, 'src/node-options.json'), 'utf8'))
writeFileSync(join(resolve(process.argv[2] ?? join(root, 'dist')), 'node-options'), `${options.join(' ')}\n`)
