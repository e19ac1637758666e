import { exitCodes } from '../cli-error.ts'
import { type SettingValues, setFromOptions, settingOptions } from '../serve/setting-options.ts'
import type { Command } from './command.ts'

/** `registry serve`: starts the server, which runs until it is stopped by a signal. */
export const serveCommand: Command<SettingValues> = {
  name: 'serve',
  description: 'start the server',
  options: settingOptions,
  examples: ['registry serve', 'registry serve --port 8080 --templates templates', 'LOG_LEVEL=debug registry serve'],
  async details() {
    const { listSettings } = await import('../serve/list-settings.ts')
    return listSettings()
  },
  async run(_operands, given) {
    const flags = setFromOptions(given)
    // Only this command needs the server, which takes longer to load than other commands take to run.
    const { missingNodeOptions, runWithNodeOptions } = await import('../serve/run-with-node-options.ts')
    const missing = missingNodeOptions(process.execArgv, process.env['NODE_OPTIONS'])
    if (missing.length > 0) return runWithNodeOptions(missing)
    // The process that has started this one with the options is gone.
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
    process.channel?.unref()
    const { startApp } = await import('../../start-app.ts')
    await startApp(flags)
    return Number(process.exitCode ?? exitCodes.done)
  },
}
