// A process that runs `registry` for one command line after another, as each start of Node takes longer than most commands. What runs
// is the program of the build, loaded anew for each command, with the arguments and the environment that its process would have, and
// with stdout and stderr of this process. As with a process of its own, a command has ended when nothing it has begun is open.
// Plain JavaScript, which Node runs without a build.

import http from 'node:http'
import https from 'node:https'
import Module, { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import { Readable } from 'node:stream'

const program = /** @type {string} */ (process.argv[2])

// V8 keeps what it has compiled of a module whose function is wrapped in JavaScript, so that loading it anew takes half of the time.
const { wrap } = Module
Module.wrap = (code) => wrap(code.replace(/^#!.*/, ''))

process.on('message', ({ args, env }) => {
  process.argv = [process.execPath, program, ...args]
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  process.exitCode = undefined
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([]) })
  // From now on, only the command keeps the process alive.
  process.channel?.unref()
  createRequire(program)(program)
})

process.on('beforeExit', (code) => {
  const { cache } = createRequire(program)
  for (const path of Object.keys(cache)) if (path.startsWith(dirname(program) + sep)) delete cache[path]
  for (const agent of [http.globalAgent, https.globalAgent]) agent.destroy()
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal)
  process.channel?.ref()
  process.send?.(code)
})

process.on('disconnect', () => process.exit())
