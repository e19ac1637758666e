import { get } from 'node:http'
import { createServer } from 'node:net'
import { isEveryAddress } from '../../config.ts'
import type { Config } from '../../settings.ts'
import { version } from '../../version.ts'
import { type Finding, fail, ok, unseen, warn } from './finding.ts'

/** How long a server may take to answer, in milliseconds. */
const patience = 10_000

/** Whether a registry answers where the settings say, and what it says of itself; else whether one could listen there. */
export async function checkServer({ host, port }: Config): Promise<{
  readonly isServed: boolean
  readonly findings: readonly Finding[]
}> {
  if (port === 0) return { isServed: false, findings: [unseen('server', 'PORT is 0, so it may be on any port')] }
  const answer = await askReadiness(host, port)
  if (answer === undefined) return { isServed: false, findings: [await checkPort('port', 'PORT', host, port)] }
  const { status, text } = answer
  if (status === 200 && /^ready\b.*\(registry-store [^)]+\)$/.test(text)) {
    const isOwn = text.includes(`(registry-store ${version})`)
    const found = `it answers at ${host}:${port}: ${text}`
    const finding = isOwn
      ? ok('server', found)
      : warn('server', found, `This command is of ${version}: restart the server, or update the command.`)
    return { isServed: true, findings: [finding] }
  }
  if (status === 503 && /^(not ready|draining)\b/.test(text))
    return {
      isServed: true,
      findings: [fail('server', `it answers at ${host}:${port}: ${text}`, 'The log of the server says why.')],
    }
  const remedy = 'Choose another PORT, or stop that program.'
  return { isServed: false, findings: [fail('server', `another program listens at ${host}:${port}`, remedy)] }
}

/** The port of the metrics is free, or the running server has it. */
export async function checkMetricsPort({ host, metricsPort }: Config, isServed: boolean): Promise<readonly Finding[]> {
  if (metricsPort === undefined || metricsPort === 0 || isServed) return []
  return [await checkPort('metrics', 'METRICS_PORT', host, metricsPort)]
}

/** Undefined if nobody takes the connection; the status 0 if what does speaks no HTTP, or does not answer in time. */
function askReadiness(
  host: string,
  port: number,
): Promise<{ readonly status: number; readonly text: string } | undefined> {
  return new Promise((resolve) => {
    let isConnected = false
    // Without `fetch`, which refuses some ports.
    const request = get({ host: isEveryAddress(host) ? 'localhost' : host, port, path: '/readyz', timeout: patience })
    const fail = () => resolve(isConnected ? { status: 0, text: '' } : undefined)
    request.on('socket', (socket) =>
      socket.once('connect', () => {
        isConnected = true
      }),
    )
    request.on('timeout', () => request.destroy())
    request.on('error', fail)
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
        if (text.length > longestAnswer) request.destroy()
      })
      response.on('close', () =>
        resolve({ status: response.statusCode ?? 0, text: text.slice(0, longestAnswer).trim() }),
      )
    })
  })
}

const longestAnswer = 200

/** Listens for a moment. */
function checkPort(check: string, name: string, host: string, port: number): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE') resolve(fail(check, `${host}:${port} is in use`, `Choose another ${name}.`))
      else if (code === 'EACCES')
        resolve(fail(check, `this user may not listen on ${port}`, `Choose a ${name} above 1023.`))
      else resolve(fail(check, `${host} is not an address of this machine`, 'Correct HOST.'))
    })
    server.listen({ host, port, exclusive: true }, () =>
      server.close(() => resolve(ok(check, `no server runs at ${host}:${port}, which is free`))),
    )
  })
}
