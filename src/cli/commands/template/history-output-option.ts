import { type Format, formatNames } from '../../output/create-writer.ts'
import type { CommandOption } from '../command.ts'
import type { CommonOptions } from '../common-options.ts'

export interface HistoryOutputOptions extends CommonOptions {
  readonly output: Format
}

/** The output of commands that print versions and differences. */
export const historyOutputOption: CommandOption = {
  long: '--output',
  short: '-o',
  value: 'format',
  description: 'the output format; a table has no documents',
  choices: formatNames.filter((name) => name !== 'shell'),
  default: 'json',
}
