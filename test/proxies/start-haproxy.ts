import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { listBlocks } from '../docs/list-blocks.ts'
import { createFolder, findFreePort, type RunningProxy, run } from './start-proxy.ts'

export interface RunningHaproxy extends RunningProxy {
  /** The servers to which requests are sent now, by their names. */
  readonly listUp: () => Promise<readonly string[]>
}

/**
 * HAProxy with the configuration that docs/operation.md gives, before servers `a`, `b` and `c` on these ports of loopback, after changes
 * to its text. It speaks HTTP.
 */
export async function startHaproxy(
  ports: readonly number[],
  change: (text: string) => string,
): Promise<RunningHaproxy> {
  const port = await findFreePort()
  const folder = createFolder()
  const socket = join(folder, 'stats')
  const file = join(folder, 'haproxy.cfg')
  const block = listBlocks(readFileSync('docs/operation.md', 'utf8')).find(({ language }) => language === 'haproxy')
  if (!block) throw new Error('docs/operation.md has no configuration of HAProxy')
  const changed = change(block.text)
  if (changed === block.text) throw new Error('the configuration does not have what should be changed')
  const own = ports.reduce(
    (config, upstream, i) => config.replace(`127.0.0.1:400${i + 1}`, `127.0.0.1:${upstream}`),
    changed.replace('127.0.0.1:8080', `127.0.0.1:${port}`),
  )
  writeFileSync(file, `global\nstats socket ${socket} mode 600\n${own}\n`)
  const program = process.env['HAPROXY'] ?? '/usr/sbin/haproxy'
  const proxy = await run(spawn(program, ['-db', '-q', '-f', file], { stdio: 'ignore' }), port, folder)
  // It gets its name when all ports are open.
  while (!existsSync(socket)) await sleep(20)
  return {
    ...proxy,
    async listUp() {
      const client = connect(socket)
      client.write('show stat\n')
      const rows = (await text(client)).split('\n').map((line) => line.split(','))
      const status = rows[0]?.indexOf('status') ?? -1
      return rows
        .filter((row) => row[0] === 'registry' && row[status]?.startsWith('UP') && row[1] !== 'BACKEND')
        .map((row) => String(row[1]))
    },
  }
}
