import { version } from '../../version.ts'
import { writeOut } from '../output/terminal.ts'
import type { Command } from './command.ts'

/** `registry version`, as `registry --version`. */
export const versionCommand: Command = {
  name: 'version',
  description: 'print the version, as --version does',
  examples: ['registry version'],
  async run() {
    writeOut(`${version}\n`)
  },
}
