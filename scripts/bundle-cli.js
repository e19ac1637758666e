// The last step of `npm run build`: puts the command line and its packages into one file, dist/cli/registry.cjs, since
// finding and reading many takes Node longer than most commands run. CommonJS starts sooner than an ES module. What
// needs the rest of the registry (`registry serve`, `registry templates check`) stays as tsc has made it.

import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The files of the command line that import other rooms than its client. */
const outside = /^(\.\.\/app|\.\/check-templates)\.ts$/

await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/registry.ts'],
  outfile: 'dist/cli/registry.cjs',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'bundleUrl' },
  plugins: [
    {
      name: 'outside',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: outside }, ({ path }) => ({ path: path.replace(/\.ts$/, '.js'), external: true }))
        // commander loads it for commands that are programs of their own, which there are none of; it takes 3 ms.
        onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
          importer.includes('/commander/') ? { path, namespace: 'nothing' } : undefined,
        )
        onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {}' }))
      },
    },
  ],
})
