/**
 * Writes the generated files that are committed: part of `npm run generate`. With `--check`, part of
 * `npm run check`, it writes nothing and fails if a committed file differs from the generated one.
 */

import { readFile, writeFile } from 'node:fs/promises'
import { printSchema } from 'graphql'
import { printRoleJsonSchema } from '../src/access/role-json-schema.ts'
import { buildSchema } from '../src/schema/build-schema.ts'
import { loadTemplates } from '../src/template/load-templates.ts'
import { printTemplateJsonSchema } from '../src/template/template-json-schema.ts'
import { printWebhookJsonSchema } from '../src/webhooks/webhook-json-schema.ts'

const files: Readonly<Record<string, string>> = {
  'src/client/schema.graphql': `${printSchema(buildSchema(await loadTemplates('object-templates')))}\n`,
  'docs/object-template.schema.json': printTemplateJsonSchema(),
  'docs/role.schema.json': printRoleJsonSchema(),
  'docs/webhook.schema.json': printWebhookJsonSchema(),
  'package-lock.json': await printLockWithoutInstallScripts(),
}

/**
 * npm 10 runs the install scripts of those packages that the lock file says have some. None is needed, and one downloads programs.
 * `ignore-scripts` in .npmrc is no way: `npm pack` would then leave out the build as well.
 */
async function printLockWithoutInstallScripts(): Promise<string> {
  const withoutMark = (key: string, value: unknown) => (key === 'hasInstallScript' ? undefined : value)
  return `${JSON.stringify(JSON.parse(await readFile('package-lock.json', 'utf8')), withoutMark, 2)}\n`
}

const isCheck = process.argv.includes('--check')
for (const [path, text] of Object.entries(files)) {
  const committed = await readFile(path, 'utf8').catch(() => undefined)
  if (committed === text) continue
  if (isCheck) {
    process.stderr.write(`${path} is not what the code makes: run \`npm run generate\` and commit the result\n`)
    process.exitCode = 1
  } else {
    await writeFile(path, text)
    process.stdout.write(`wrote ${path}\n`)
  }
}
