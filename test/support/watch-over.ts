import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'

const script = `
cat
file="$1/postgres/postmaster.pid"
pid="$(sed -n 1p "$file")"
sockets="$(sed -n 5p "$file")"
# The number of one that died may be a stranger's by now.
[ "$(readlink "/proc/$pid/cwd" || echo "$1/postgres")" = "$1/postgres" ] && kill -INT "$pid"
for i in 1 2 3 4 5 6 7 8 9 10; do [ -e "$file" ] && sleep 1; done
rm -rf "$1"
rmdir "$sockets"`

/**
 * Stops the embedded PostgreSQL of that folder, and removes the folder, once this process has ended without doing so,
 * however it has ended: a shell waits for the end of its input.
 */
export function watchOver(dataDir: string): void {
  // In its own process group, which the signals of a terminal do not reach.
  const watcher = spawn('sh', ['-c', script, 'sh', dataDir], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  // Without a shell, nothing watches the process.
  watcher.on('error', () => undefined)
  watcher.unref()
  const input = watcher.stdin as Socket
  input.unref()
}
