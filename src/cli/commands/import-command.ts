import type { ImportFileOptions } from '../import/import-file.ts'
import type { ImportRegistryOptions } from '../pyregistrystore/import-registry.ts'
import type { Command } from './command.ts'

/** `registry import pyregistrystore FILE.yml…`. */
const importRegistryCommand: Command<ImportRegistryOptions> = {
  name: 'pyregistrystore',
  description: 'import the files of pyRegistryStore, with uuids and times',
  operands: [{ name: 'FILES', isRequired: true, isList: true, description: 'its YAML files' }],
  options: [
    {
      long: '--timezone',
      value: 'ZONE',
      description: 'the time zone of the times in the files; that of this machine if not given',
    },
    { long: '--ignore-unknown', description: 'leave out attributes that no field has' },
    { long: '--dry-run', description: 'report everything and write nothing' },
  ],
  examples: ['registry import pyregistrystore registry/*.yml --timezone Europe/Moscow'],
  async run(files, options) {
    const { importRegistry } = await import('../pyregistrystore/import-registry.ts')
    return importRegistry(files, options)
  },
}

/** `registry import FILE|- [TEMPLATE]`. */
export const importCommand: Command<ImportFileOptions> = {
  name: 'import',
  description: 'create or update objects from a file',
  operands: [
    { name: 'FILE', isRequired: true, description: 'ndjson, json, csv or yaml; - for stdin' },
    { name: 'TEMPLATE', description: 'the template of the objects that do not name theirs as "_template"' },
  ],
  options: [
    {
      long: '--format',
      value: 'FORMAT',
      description: 'ndjson, json, csv or yaml; by default, from the name of the file',
    },
    { long: '--dry-run', description: 'check everything and write nothing' },
    { long: '--independent', description: 'write what can be written, and report the rest' },
  ],
  examples: ['registry import images.ndjson image'],
  commands: [importRegistryCommand],
  async run([file = '-', template], options) {
    const { importFile } = await import('../import/import-file.ts')
    return importFile(file, template, options)
  },
}
