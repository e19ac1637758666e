import type { ExportOptions } from '../output/export-objects.ts'
import type { Command } from './command.ts'

/** `registry export TEMPLATE|--all`. */
export const exportCommand: Command<ExportOptions> = {
  name: 'export',
  description: 'print objects as ndjson, for import',
  operands: [{ name: 'TEMPLATE', description: 'the template of the objects' }],
  options: [
    { long: '--all', description: 'the objects of all templates' },
    { long: '--history', description: 'with all that the objects were, and those that are gone' },
  ],
  examples: ['registry export --all > registry.ndjson', 'registry export --all --history > registry-history.ndjson'],
  async run([template], options) {
    const { exportObjects } = await import('../output/export-objects.ts')
    return exportObjects(template, options)
  },
}
