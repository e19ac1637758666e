import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'

/**
 * How many bytes the system holds for each connection of this machine because the other side has not acknowledged them,
 * by the name that `toConnectionName` gives to a socket. Empty on systems other than Linux, which do not report this.
 */
export async function readSendQueues(): Promise<ReadonlyMap<string, number>> {
  const queues = new Map<string, number>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const [, ...lines] = (await readFile(table, 'latin1').catch(() => '')).split('\n')
    for (const line of lines) {
      const [, local = '', remote = '', , sizes = ''] = line.trim().split(/\s+/)
      queues.set(`${local.slice(local.indexOf(':'))} ${remote}`, Number.parseInt(sizes, 16))
    }
  }
  return queues
}

/** The server's port and the other side, in the format of those tables. */
export function toConnectionName({ localPort = 0, remotePort = 0, remoteAddress = '' }: Socket): string {
  return `:${toHex(localPort, 4)} ${toWords(remoteAddress)}:${toHex(remotePort, 4)}`
}

/** An address in words of 32 bits, each in little-endian byte order. */
function toWords(address: string): string {
  const [, v6 = '', v4] = /^(.*?)([\d.]+\.\d+)?$/.exec(address.replace(/%.*/, '')) ?? []
  const last = (v4?.split('.') ?? []).map((part) => toHex(Number(part), 2)).join('')
  const [head = '', tail = ''] = v6.split('::').map(toGroups)
  const gap = v6 === '' ? 0 : 32 - head.length - tail.length - last.length
  return (head + '0'.repeat(gap) + tail + last).replace(/(..)(..)(..)(..)/g, '$4$3$2$1')
}

function toGroups(text: string): string {
  return text
    .split(':')
    .filter((group) => group !== '')
    .map((group) => toHex(Number.parseInt(group, 16), 4))
    .join('')
}

function toHex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}
