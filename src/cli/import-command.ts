import type { Command } from 'commander'
import type { ImportFileOptions } from './import-file.ts'
import type { ImportRegistryOptions } from './pyregistrystore/import-registry.ts'

/** `registry import FILE|- [TEMPLATE]` and `registry import pyregistrystore FILE.yml…`. */
export function addImport(program: Command): void {
  const command = program
    .command('import')
    .description('create or update objects from a file')
    .argument('<FILE>', 'ndjson, json, csv or yaml; - for stdin')
    .argument('[TEMPLATE]', 'the template of the objects that do not name theirs as "_template"')
    .option('--format <FORMAT>', 'ndjson, json, csv or yaml, where the name of the file does not say')
    .option('--dry-run', 'check the form of everything and write nothing')
    .option('--independent', 'write what can be written, and report the rest')
    .allowExcessArguments(false)
    .addHelpText('after', '\nExample:\n  registry import images.ndjson image')
    .action(async (file: string, template: string | undefined, _options: unknown, self: Command) => {
      const { importFile } = await import('./import-file.ts')
      process.exitCode = await importFile(file, template, self.optsWithGlobals<ImportFileOptions>())
    })
  command
    .command('pyregistrystore')
    .description('import the files of pyRegistryStore, with uuids and times')
    .argument('<FILES...>', 'its YAML files')
    .option('--timezone <ZONE>', 'of the times in the files; that of this machine if not given')
    .option('--dry-run', 'report everything and write nothing')
    .addHelpText('after', '\nExample:\n  registry import pyregistrystore registry/*.yml --timezone Europe/Moscow')
    .action(async (files: string[], _options: unknown, self: Command) => {
      const { importRegistry } = await import('./pyregistrystore/import-registry.ts')
      process.exitCode = await importRegistry(files, self.optsWithGlobals<ImportRegistryOptions>())
    })
}
