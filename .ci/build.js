// `npm run build`, which `npm start` runs first: generates the Prisma client unless it is newer than its sources, and bundles the
// server, the command line, the client and the page into dist. It does not check types: `npm run check` does. Prints nothing unless
// something fails. Plain JavaScript, which Node runs without a build.

import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const client = 'src/store/prisma-client/client.ts'
const clientInputs = ['prisma/schema.prisma', 'prisma/prisma.config.ts', 'package-lock.json']

try {
  import.meta.resolve('rolldown')
} catch {
  process.stderr.write('The packages that build registry-store are not installed: run `npm ci` first.\n')
  process.exit(1)
}
if (clientInputs.some((input) => changeTimeOf(input) >= changeTimeOf(client))) {
  runProgram('prisma', ['generate', '--config', 'prisma/prisma.config.ts'])
}
await import('./bundle-server.js')
await import('./write-node-options.js')
await import('./bundle-cli.js')
await import('./bundle-client.js')
await import('./bundle-page.js')

/** @param {string} path from the root; the result is 0 if there is no such file */
function changeTimeOf(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/**
 * Runs a program of an installed package; if it fails, prints its output and ends with its exit code.
 *
 * @param {string} name
 * @param {string[]} args
 */
export function runProgram(name, args, packageName = name) {
  const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`)
  const { bin } = createRequire(import.meta.url)(manifest)
  const program = join(dirname(manifest), typeof bin === 'string' ? bin : bin[name])
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' }
  const { status, output, error } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
  })
  if (status === 0) return
  process.stderr.write(`${error?.message ?? output.join('')}\n${name} failed\n`)
  process.exit(status || 1)
}
