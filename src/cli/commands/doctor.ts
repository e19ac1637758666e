import { type SettingValues, setFromOptions, settingOptions } from '../serve/setting-options.ts'
import type { Command } from './command.ts'

/** `registry doctor`: looks at the installation that `registry serve` would start here, or that runs here. */
export const doctorCommand: Command<SettingValues> = {
  name: 'doctor',
  description: 'look at settings, files, database and server, and say what to do; exit 1 if something is wrong',
  options: [
    {
      long: '--output',
      short: '-o',
      value: 'format',
      description: 'the output format',
      choices: ['text', 'json'],
      default: 'text',
    },
    ...settingOptions,
  ],
  examples: ['registry doctor', 'registry doctor -o json | jq \'.findings[] | select(.status != "ok")\''],
  async run(_operands, given) {
    const flags = setFromOptions(given)
    // It needs the rest of the registry, which takes longer to load than other commands take to run.
    const { runDoctor } = await import('../doctor/run-doctor.ts')
    return runDoctor({ isJson: given['output'] === 'json', flags })
  },
}
