// Puts the command line and its packages into few files, since finding and reading many takes Node longer than most
// commands run. What only some commands need is in files of its own; CommonJS starts sooner than ES modules. What needs
// the rest of the registry (`registry serve`, `registry templates check`) stays as tsc has made it, in dist.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {string} directory where `registry.cjs` goes, as in dist/bin; what is there is removed */
export async function bundleCli(directory) {
  rmSync(directory, { recursive: true, force: true })
  await build({
    cwd: root,
    input: { registry: 'src/cli/registry.ts' },
    platform: 'node',
    output: {
      dir: directory,
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
      minify: true,
      keepNames: true,
      comments: false,
    },
    plugins: [outside],
  })
}

/** What is left out of the bundle. */
const outside = {
  name: 'outside',
  resolveId: {
    order: 'pre',
    /** @type {(path: string, importer: string | undefined) => unknown} */
    handler(path, importer) {
      // The files of the command line that import other rooms than its client.
      if (path === '../app.ts') return { id: '../app.js', external: true }
      if (path === './check-templates.ts') return { id: '../cli/check-templates.js', external: true }
      // commander loads it for commands that are programs of their own, which there are none of; it takes 3 ms.
      if (path === 'node:child_process' && importer?.includes('/commander/')) return '\0nothing'
    },
  },
  /** @type {(id: string) => string | undefined} */
  load: (id) => (id === '\0nothing' ? 'export default {}' : undefined),
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleCli(join(root, 'dist/bin'))
