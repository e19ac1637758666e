// The last step of `npm run build`: puts the command line and its packages into dist/bin, since finding and reading many
// files takes Node longer than most commands run. What only some commands need is in files of its own; CommonJS starts
// sooner than ES modules. What needs the rest of the registry (`registry serve`, `registry templates check`) stays as
// tsc has made it.

import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
rmSync(`${root}dist/bin`, { recursive: true, force: true })

await build({
  cwd: root,
  input: { registry: 'src/cli/registry.ts' },
  platform: 'node',
  output: {
    dir: 'dist/bin',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    minify: true,
    keepNames: true,
    comments: false,
  },
  plugins: [
    {
      name: 'outside',
      resolveId: {
        order: 'pre',
        handler(path, importer) {
          // The files of the command line that import other rooms than its client.
          if (/^\.\.\/app\.ts$/.test(path)) return { id: '../app.js', external: true }
          if (/^\.\/check-templates\.ts$/.test(path)) return { id: '../cli/check-templates.js', external: true }
          // commander loads it for commands that are programs of their own, which there are none of; it takes 3 ms.
          if (path === 'node:child_process' && importer?.includes('/commander/')) return '\0nothing'
        },
      },
      load: (id) => (id === '\0nothing' ? 'export default {}' : undefined),
    },
  ],
})
