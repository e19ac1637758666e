import { exitCodes } from '../cli-error.ts'
import type { Command } from './command.ts'

/** `registry serve`: starts the server, which runs until it is stopped by a signal. */
export const serveCommand: Command = {
  name: 'serve',
  description: 'start the server',
  examples: ['registry serve', 'PORT=8080 TEMPLATES_DIR=templates registry serve'],
  async run() {
    // Only this command needs the server, which takes longer to load than other commands take to run.
    const { startApp } = await import('../../app.ts')
    await startApp()
    return Number(process.exitCode ?? exitCodes.done)
  },
}
