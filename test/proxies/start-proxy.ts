import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listBlocks } from '../docs/list-blocks.ts'

const tls = resolve('test/cli/fixtures/tls')
/** The name in the certificate of the fixtures, in the place of registry.example.org. */
export const hostName = 'registry.test'
export const authority = readFileSync(join(tls, 'ca.pem'))

export interface RunningProxy {
  /** Of https on 127.0.0.1. */
  readonly port: number
  readonly stop: () => Promise<void>
}

export interface ProxyKind {
  readonly name: string
  /** Starts the proxy with the configuration that docs/operation.md gives, after changes to its text. */
  readonly start: (upstream: number, change?: (text: string) => string) => Promise<RunningProxy>
}

export const nginx: ProxyKind = {
  name: 'nginx',
  async start(upstream, change) {
    const port = await findFreePort()
    const folder = createFolder()
    const block = blockOf('nginx', upstream, change)
      .replace('listen 443 ', `listen 127.0.0.1:${port} `)
      .replace('/etc/ssl/registry.example.org.pem', quote(join(tls, 'valid.pem')))
      .replace('/etc/ssl/registry.example.org.key', quote(join(tls, 'key.pem')))
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${quote(join(folder, name))};`,
    )
    const file = join(folder, 'nginx.conf')
    // What /etc/nginx/nginx.conf has around the files of conf.d.
    writeFileSync(
      file,
      `daemon off; pid ${quote(join(folder, 'pid'))}; error_log ${quote(join(folder, 'error.log'))}; ${process.getuid?.() === 0 ? 'user root;' : ''}
       events {} http { access_log off; ${temporary.join(' ')}\n${rename(block)} }`,
    )
    const program = process.env['NGINX'] ?? '/usr/sbin/nginx'
    return run(spawn(program, ['-c', file, '-e', join(folder, 'error.log')], { stdio: 'inherit' }), port, folder)
  },
}

export const caddy: ProxyKind = {
  name: 'Caddy',
  async start(upstream, change) {
    const port = await findFreePort()
    const folder = createFolder()
    const block = rename(blockOf('caddyfile', upstream, change)).replace(
      `${hostName} {`,
      `https://${hostName}:${port} {\nbind 127.0.0.1\ntls ${quote(join(tls, 'valid.pem'))} ${quote(join(tls, 'key.pem'))}`,
    )
    const file = join(folder, 'Caddyfile')
    writeFileSync(file, `{\nadmin off\nauto_https off\n}\n${block}`)
    const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    const program = process.env['CADDY'] ?? '/usr/bin/caddy'
    return run(
      spawn(program, ['run', '--config', file, '--adapter', 'caddyfile'], { env, stdio: 'ignore' }),
      port,
      folder,
    )
  },
}

function blockOf(language: string, upstream: number, change?: (text: string) => string): string {
  const block = listBlocks(readFileSync('docs/operation.md', 'utf8')).find((one) => one.language === language)
  if (!block) throw new Error(`docs/operation.md has no block of ${language}`)
  const changed = change ? change(block.text) : block.text
  if (change && changed === block.text) throw new Error('the block does not have what should be changed')
  return changed.replace('127.0.0.1:4000', `127.0.0.1:${upstream}`)
}

/** As both configurations take a path that may have spaces. */
function quote(path: string): string {
  return `"${path}"`
}

function rename(text: string): string {
  return text.replaceAll('registry.example.org', hostName)
}

export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'registry-proxy-'))
  chmodSync(folder, 0o755)
  return folder
}

export async function run(child: ChildProcess, port: number, folder: string): Promise<RunningProxy> {
  const ended = once(child, 'close')
  let code: number | null | undefined
  void ended.then(([given]) => {
    code = given as number | null
  })
  while (!(await isListening(port))) {
    if (code !== undefined) throw new Error(`the proxy ended with ${code}; its files are in ${folder}`)
    await sleep(20)
  }
  return {
    port,
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => done(true)).once('error', () => done(false))
    socket.once('connect', () => socket.destroy())
  })
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
