// The last step of `npm run build`: puts the command line and its packages into few files in dist/bin, since finding and
// reading many takes Node longer than most commands run. What only some commands need is in files of its own; CommonJS
// starts sooner than ES modules. What needs the rest of the registry (`registry serve`, `registry templates check`)
// stays as tsc has made it. Prints nothing unless something fails.

import { chmodSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Where `registry.cjs` and what it needs go; what is there is removed. The tests name another folder. */
const directory = resolve(process.argv[2] ?? join(root, 'dist/bin'))

/** What is left out of the bundle. */
const outside = {
  name: 'outside',
  resolveId: {
    order: 'pre',
    /** @type {(path: string) => unknown} */
    handler(path) {
      // The files of the command line that import other rooms than its client.
      if (path === '../../app.ts') return { id: '../app.js', external: true }
      if (path === '../check-templates.ts') return { id: '../cli/check-templates.js', external: true }
    },
  },
  /** @type {(code: string, chunk: { isEntry: boolean }) => string | undefined} */
  renderChunk(code, { isEntry }) {
    // Helpers for CommonJS. The entry has no use for them; what has loads them itself.
    const rest = code.replace('const require_rolldown_runtime = require("./rolldown-runtime.cjs");', '')
    if (isEntry && !rest.includes('require_rolldown_runtime')) return rest
  },
}

rmSync(directory, { recursive: true, force: true })
await build({
  cwd: root,
  input: { registry: 'src/cli/registry.ts' },
  platform: 'node',
  // Else packages come as CommonJS, in files of their own.
  resolve: { mainFields: ['module', 'main'] },
  output: {
    dir: directory,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    minify: true,
    keepNames: true,
    comments: false,
    // What every command needs is one file with the entry, also where others need it.
    codeSplitting: { groups: [{ name: 'registry', tags: ['$initial'] }] },
  },
  plugins: [outside],
})
chmodSync(join(directory, 'registry.cjs'), 0o755)
