import type { ImportFilesOptions } from '../import/import-files.ts'
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

/** `registry import FILE… [TEMPLATE]`. */
export const importCommand: Command<ImportFilesOptions> = {
  name: 'import',
  description: 'create or update objects from files',
  operands: [
    {
      name: 'FILE',
      isRequired: true,
      isList: true,
      description: 'ndjson, json, csv or yaml; a folder for all such files in it; - for stdin',
    },
    { name: 'TEMPLATE', description: 'the template of the objects that do not name theirs as "_template"' },
  ],
  options: [
    {
      long: '--format',
      value: 'FORMAT',
      description: 'ndjson, json, csv or yaml; by default, from the name of the file',
    },
    {
      long: '--map',
      value: 'field=column',
      description: 'the column or attribute that has the value of a field, - for none; can be repeated',
      isList: true,
    },
    {
      long: '--ignore-unknown',
      description: 'leave out columns and attributes that no field has; --map does so as well',
    },
    {
      long: '--at',
      value: 'PATH',
      description: 'where the objects are in a json or yaml document: items, data.devices, . for the document itself',
    },
    { long: '--delimiter', value: 'CHARACTER', description: 'of csv; if not given, found in its first line' },
    { long: '--dry-run', description: 'check everything and write nothing' },
    { long: '--independent', description: 'write what can be written, and report the rest' },
  ],
  examples: [
    'registry import images.ndjson image',
    'registry import devices/*.yml device',
    'registry import netbox.csv device --map name=Name --map status=Status',
    'registry import answer.json device --at data.devices',
  ],
  commands: [importRegistryCommand],
  async run(words, options) {
    const { importFiles } = await import('../import/import-files.ts')
    return importFiles(words, options)
  },
}
