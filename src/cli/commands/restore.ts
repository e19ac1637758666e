import type { DataOptions } from '../data/data-folder.ts'
import { dataDirOption } from './backup.ts'
import type { Command } from './command.ts'

/** `registry restore DIR`: puts a backup into the place of the data. */
export const restoreCommand: Command<DataOptions & { readonly replace?: boolean }> = {
  name: 'restore',
  description: 'check a backup and put it into the place of the data; the server must not run',
  operands: [{ name: 'DIR', description: 'the folder of the backup', isRequired: true }],
  options: [
    dataDirOption,
    { long: '--replace', description: 'if there are data, rename them and take their place; they are not removed' },
  ],
  examples: ['registry restore backups/2026-12-01', 'registry restore backups/2026-12-01 --data-dir /tmp/rehearsal'],
  async run([directory = ''], options) {
    const { restoreData } = await import('../data/data-folder.ts')
    return restoreData(directory, options)
  },
}
