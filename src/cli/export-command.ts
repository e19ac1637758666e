import type { Command } from 'commander'
import type { ExportOptions } from './export-objects.ts'

/** `registry export TEMPLATE|--all`. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('print objects as ndjson, for import')
    .argument('[TEMPLATE]', 'whose objects')
    .option('--all', 'the objects of all templates')
    .allowExcessArguments(false)
    .addHelpText('after', '\nExample:\n  registry export --all > registry.ndjson')
    .action(async (template: string | undefined, _options: unknown, self: Command) => {
      const { exportObjects } = await import('./export-objects.ts')
      process.exitCode = await exportObjects(template, self.optsWithGlobals<ExportOptions>())
    })
}
