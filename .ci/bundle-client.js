// Part of `npm run build`: bundles the client that programs import as `registry-store/client`. Prints nothing unless something fails.

import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { thirdPartyLicenses } from './third-party-licenses.js'
import { filesOf, writeFolder } from './write-folder.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The folder for the files; its previous contents are removed. The tests use another folder. */
const directory = resolve(process.argv[2] ?? join(root, 'dist/client'))

const bundle = await build({
  cwd: root,
  write: false,
  input: { 'create-client': 'src/client/create-client.ts' },
  platform: 'node',
  resolve: { mainFields: ['module', 'main'] },
  output: { format: 'esm', entryFileNames: '[name].js', comments: false, codeSplitting: false },
  plugins: [thirdPartyLicenses],
})
writeFolder(directory, filesOf(bundle))
