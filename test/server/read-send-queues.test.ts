import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readSendQueues, toConnectionName } from '../../src/server/read-send-queues.ts'

test.runIf(process.platform === 'linux').each([
  ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['::1', '::1', '::1'],
  ['::', '127.0.0.1', '::ffff:127.0.0.1'],
])('what a client of %s at %s does not read, Linux holds', async (bound, address, seen) => {
  const server = createServer().listen(0, bound)
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, address)
  const [side] = (await once(server, 'connection')) as [Socket]
  expect(side.remoteAddress).toBe(seen)
  client.pause()
  expect((await readSendQueues()).get(toConnectionName(side))).toBe(0)
  side.write(Buffer.alloc(40_000_000))
  let held: number | undefined = 0
  while (!held) {
    await sleep(5)
    held = (await readSendQueues()).get(toConnectionName(side))
  }
  expect(held).toBeGreaterThan(0)
  side.destroy()
  client.destroy()
  server.close()
})

test.each([
  ['192.0.2.7', '070200C0'],
  ['::ffff:192.0.2.7', '0000000000000000FFFF0000070200C0'],
  ['2001:db8::ff00:42:8329', 'B80D01200000000000FF000029834200'],
  ['fe80::1%eth0', '000080FE000000000000000001000000'],
  ['1:2:3:4:5:6:7:8', '02000100040003000600050008000700'],
])('%s is %s in its tables', (remoteAddress, written) => {
  expect(toConnectionName({ localPort: 4000, remotePort: 65_535, remoteAddress } as Socket)).toBe(
    `:0FA0 ${written}:FFFF`,
  )
})
