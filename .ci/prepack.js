// `npm pack` runs this first: it makes what the package has in addition to committed files, the build, the types of the client, and
// the JSON Schemas at the path where users of the package name them.

import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const { runProgram } = await import('./build.js')
runProgram('tsc', ['-p', 'src/client'], 'typescript')

mkdirSync(join(root, 'schemas'), { recursive: true })
for (const name of readdirSync(join(root, 'docs'))) {
  if (name.endsWith('.schema.json')) copyFileSync(join(root, 'docs', name), join(root, 'schemas', name))
}
