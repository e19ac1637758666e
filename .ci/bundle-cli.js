// Part of `npm run build`: bundles the command line and its packages into few files in dist/bin, because finding and
// reading many files takes Node longer than most commands run. Code that only some commands need has its own files; CommonJS
// starts faster than ES modules. Code that needs the rest of the registry (`registry serve`, `registry doctor`, `registry templates check`,
// `registry backup`) is in the bundle of the server. Prints nothing unless something fails.

import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { thirdPartyLicenses } from './third-party-licenses.js'
import { filesOf, writeFolder } from './write-folder.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The folder for `registry.cjs` and the files it needs; its previous contents are removed. The tests use another folder. */
const directory = resolve(process.argv[2] ?? join(root, 'dist/bin'))

/** The modules that are not part of the bundle. */
const outside = {
  name: 'outside',
  resolveId: {
    order: 'pre',
    /** @type {(path: string) => unknown} */
    handler(path) {
      // The files of the command line that import other rooms than its client.
      if (path === '../../start-app.ts') return { id: '../start-app.js', external: true }
      if (path === '../data/data-folder.ts') return { id: '../cli/data-folder.js', external: true }
      if (path === '../doctor/run-doctor.ts') return { id: '../cli/run-doctor.js', external: true }
      if (path === '../check-templates.ts') return { id: '../cli/check-templates.js', external: true }
    },
  },
  /** @type {(code: string, chunk: { isEntry: boolean }) => string | undefined} */
  renderChunk(code, { isEntry }) {
    // Helpers for CommonJS. The entry does not need them; other files load them themselves.
    const rest = code.replace('const require_rolldown_runtime = require("./rolldown-runtime.cjs");', '')
    if (isEntry && !rest.includes('require_rolldown_runtime')) return rest
  },
}

const bundle = await build({
  cwd: root,
  write: false,
  input: { registry: 'src/cli/registry.ts' },
  platform: 'node',
  // Otherwise packages are CommonJS, in separate files.
  resolve: { mainFields: ['module', 'main'] },
  output: {
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    minify: true,
    keepNames: true,
    comments: false,
    // Code that every command needs is in one file with the entry, even if other files need it, too.
    codeSplitting: { groups: [{ name: 'registry', tags: ['$initial'] }] },
  },
  plugins: [outside, thirdPartyLicenses],
})
writeFolder(directory, filesOf(bundle))
