import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const script = `
cat
find "$1" -maxdepth 3 -name postmaster.pid | while read -r file; do
  directory="\${file%/postmaster.pid}"
  pid="$(sed -n 1p "$file")"
  sockets="$(sed -n 5p "$file")"
  # A test may have stopped its processes.
  for one in /proc/[0-9]*; do [ "$(readlink "$one/cwd")" = "$directory" ] && kill -CONT "\${one#/proc/}"; done
  # The number of one that died may be a stranger's by now.
  [ "$(readlink "/proc/$pid/cwd" || echo "$directory")" = "$directory" ] && kill -INT "$pid"
  for i in 1 2 3 4 5 6 7 8 9 10; do [ -e "$file" ] && sleep 1; done
  rmdir "$sockets"
done
rm -rf "$1"`

/** Creates a folder in that for temporary files, and watches over it. */
export function createWatchedFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  watchOver(folder)
  return folder
}

/**
 * Stops each embedded PostgreSQL of which the data are in that folder, and removes the folder, once this process has ended without doing
 * so, however it has ended: a shell waits for the end of its input.
 */
function watchOver(folder: string): void {
  // In its own process group, which the signals of a terminal do not reach.
  const watcher = spawn('sh', ['-c', script, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  // Without a shell, nothing watches the process.
  watcher.on('error', () => undefined)
  watcher.unref()
  const input = watcher.stdin as Socket
  input.unref()
}
