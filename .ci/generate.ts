/**
 * Writes the generated files that are committed: part of `npm run generate`. With `--check`, part of
 * `npm run check`, it writes nothing and fails if a committed file differs from the generated one.
 */

import { readFile, writeFile } from 'node:fs/promises'
import { printSchema } from 'graphql'
import { buildSchema } from '../src/schema/build-schema.ts'
import { loadTemplates } from '../src/template/load-templates.ts'
import { printTemplateJsonSchema } from '../src/template/template-json-schema.ts'

const files: Readonly<Record<string, string>> = {
  'src/client/schema.graphql': `${printSchema(buildSchema(await loadTemplates('object-templates')))}\n`,
  'docs/object-template.schema.json': printTemplateJsonSchema(),
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
