/** PostgreSQL under Patroni: etcd, three nodes with synchronous replication, and HAProxy, all of Debian's packages and on loopback. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { findOwnPort } from '../support/find-own-port.ts'

interface Node {
  readonly name: string
  readonly port: number
  readonly api: number
  readonly data: string
  readonly file: string
  patroni: ChildProcess
}

/** A PostgreSQL whose Patroni is gone alone goes on, and takes itself for the leader. */
export type Victim = 'postgres' | 'both' | 'patroni'

export interface PatroniCluster {
  readonly ports: readonly number[]
  /** Of HAProxy, which leads to the leader. */
  readonly proxyPort: number
  /** Waits until there are a leader, a synchronous standby and a third node that follows; returns the leader's name. */
  readonly whenWhole: () => Promise<string>
  /** Ends the leader's PostgreSQL, its Patroni, or both with SIGKILL, and waits until another node leads. */
  readonly killLeader: (victim: Victim) => Promise<void>
  /** Starts the nodes again whose Patroni is gone. */
  readonly repair: () => void
  readonly stop: () => Promise<void>
}

/** How the cluster is tuned: a leader that is silent for `ttl` seconds is replaced. */
const timing = { ttl: 6, loop_wait: 1, retry_timeout: 2 }

export async function startPatroni(): Promise<PatroniCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'registry-patroni-'))
  // PostgreSQL does not run as root.
  const user = process.getuid?.() === 0 ? userOf('postgres') : undefined
  if (user) chownSync(folder, user.uid, user.gid)
  const children: ChildProcess[] = []
  const start = (name: string, program: string, args: readonly string[]) => {
    const log = openSync(join(folder, `${name}.log`), 'a')
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: folder, LC_ALL: 'C.UTF-8' }
    const child = spawn(program, args, { ...user, cwd: folder, env, stdio: ['ignore', log, log] })
    children.push(child)
    return child
  }
  const [etcdPort, peerPort, proxyPort] = [await findOwnPort(), await findOwnPort(), await findOwnPort()]
  const [client, peer] = [`http://127.0.0.1:${etcdPort}`, `http://127.0.0.1:${peerPort}`]
  start('etcd', 'etcd', [
    ...['--data-dir', join(folder, 'etcd'), '--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `default=${peer}`],
  ])
  const nodes: Node[] = []
  const startNode = (node: Omit<Node, 'patroni'>) => start(node.name, 'patroni', [node.file])
  for (const name of ['a', 'b', 'c']) {
    const given = { name, port: await findOwnPort(), api: await findOwnPort(), data: join(folder, `data-${name}`) }
    const file = join(folder, `${name}.yml`)
    writeFileSync(file, stringify(configure(given, etcdPort, folder)))
    const node = { ...given, file }
    nodes.push({ ...node, patroni: startNode(node) })
  }
  const config = join(folder, 'haproxy.cfg')
  writeFileSync(config, configureProxy(nodes, proxyPort))
  start('haproxy', '/usr/sbin/haproxy', ['-db', '-f', config])

  const members = async () => {
    const [any] = await Promise.all(nodes.map(({ api }) => askMembers(api))).then((all) => all.filter(Boolean))
    return any ?? []
  }
  const whenWhole = async () => {
    for (;;) {
      const now = await members()
      const leader = now.find(({ role, state }) => role === 'leader' && state === 'running')
      const followers = now.filter(
        ({ role, state, timeline }) =>
          /replica|sync_standby/.test(role) && /running|streaming/.test(state) && timeline === leader?.timeline,
      )
      if (leader && followers.length === 2 && followers.some(({ role }) => role === 'sync_standby')) return leader.name
      await sleep(200)
    }
  }
  const stop = async () => {
    for (const child of children) child.kill('SIGTERM')
    const ended = Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'close')))
    await Promise.race([ended, sleep(20_000, undefined, { ref: false })])
    for (const child of children) child.kill('SIGKILL')
    for (const { data } of nodes) killPostgres(data)
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
  return {
    ports: nodes.map(({ port }) => port),
    proxyPort,
    whenWhole,
    async killLeader(victim) {
      const name = await whenWhole()
      const node = nodes.find((one) => one.name === name)
      if (!node) throw new Error(`no node is called ${name}`)
      if (victim !== 'postgres') node.patroni.kill('SIGKILL')
      if (victim !== 'patroni') killPostgres(node.data)
      const isReplaced = ({ role, state, name: other }: Member) =>
        role === 'leader' && state === 'running' && other !== name
      while (!(await members()).some(isReplaced)) await sleep(100)
    },
    repair() {
      for (const node of nodes)
        if (node.patroni.exitCode !== null || node.patroni.signalCode !== null) node.patroni = startNode(node)
    },
    stop,
  }
}

function userOf(name: string): { readonly uid: number; readonly gid: number } {
  const id = (option: string) => Number(execFileSync('id', [option, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

interface Member {
  readonly name: string
  readonly role: string
  readonly state: string
  readonly timeline?: number
}

async function askMembers(api: number): Promise<readonly Member[] | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${api}/cluster`, { signal: AbortSignal.timeout(2_000) })
    return ((await answer.json()) as { members: readonly Member[] }).members
  } catch {
    return undefined
  }
}

/** The postmaster; its children end with it. */
function killPostgres(data: string): void {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0])
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data)) process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

function configure({ name, port, api, data }: Omit<Node, 'patroni' | 'file'>, etcd: number, folder: string): unknown {
  const trust = ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust']
  return {
    scope: 'registry',
    name,
    restapi: { listen: `127.0.0.1:${api}`, connect_address: `127.0.0.1:${api}` },
    etcd3: { host: `127.0.0.1:${etcd}` },
    bootstrap: {
      dcs: {
        ...timing,
        // PostgreSQL that has ended is replaced at once, rather than started again.
        primary_start_timeout: 0,
        synchronous_mode: true,
        postgresql: {
          use_pg_rewind: true,
          use_slots: true,
          parameters: { max_connections: 60, shared_buffers: '32MB', wal_keep_size: '256MB', wal_log_hints: 'on' },
        },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }],
    },
    postgresql: {
      listen: `127.0.0.1:${port}`,
      connect_address: `127.0.0.1:${port}`,
      data_dir: data,
      bin_dir: process.env['POSTGRES_15'] ?? '/usr/lib/postgresql/15/bin',
      pgpass: join(folder, `pgpass-${name}`),
      pg_hba: trust,
      authentication: { superuser: { username: 'postgres' }, replication: { username: 'postgres' } },
      parameters: { unix_socket_directories: folder },
      remove_data_directory_on_rewind_failure: true,
      remove_data_directory_on_diverged_timelines: true,
    },
  }
}

function configureProxy(nodes: readonly Node[], port: number): string {
  const servers = nodes.map((node) => `    server ${node.name} 127.0.0.1:${node.port} check port ${node.api}`)
  return `defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
listen leader
    bind 127.0.0.1:${port}
    option httpchk GET /primary
    http-check expect status 200
    timeout check 2s
    default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`
}
