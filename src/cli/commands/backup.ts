import type { DataOptions } from '../data/data-folder.ts'
import type { Command, CommandOption } from './command.ts'

/** The option that says which data. */
export const dataDirOption: CommandOption = {
  long: '--data-dir',
  value: 'folder',
  description: 'the data of the embedded PostgreSQL; DATA_DIR, or .registry, if not given',
}

/** `registry backup DIR`: a copy of the data of this machine's registry, whether its server runs or not. */
export const backupCommand: Command<DataOptions> = {
  name: 'backup',
  description: 'copy the data of a registry with an embedded PostgreSQL, on its machine, while it runs',
  operands: [{ name: 'DIR', description: 'the folder of the backup, which is made', isRequired: true }],
  options: [dataDirOption],
  examples: [
    'registry backup backups/2026-12-01',
    'registry backup "backups/$(date +%F)" --data-dir /var/lib/registry',
  ],
  async run([directory = ''], options) {
    const { backUpData } = await import('../data/data-folder.ts')
    return backUpData(directory, options)
  },
}
