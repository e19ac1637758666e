import type { Command } from './command.ts'

/** `registry init [DIR]`: the first files of a registry. */
export const initCommand: Command = {
  name: 'init',
  description: 'write a first template and .env; files that exist stay as they are',
  operands: [{ name: 'DIR', description: 'the folder; this one if not given' }],
  examples: ['registry init', 'registry init my-registry'],
  async run([directory = '.']) {
    const { initFolder } = await import('../init/init-folder.ts')
    return initFolder(directory)
  },
}
