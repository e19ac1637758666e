import { access } from 'node:fs/promises'

/** How often to look, in milliseconds. */
const interval = 1_000

/**
 * Calls back whenever a socket, which is there now, has been removed, as programs that clean up /tmp do: then nobody can connect, although
 * PostgreSQL runs. Returns what ends the watch.
 */
export function watchSocket(path: string, onRemoved: () => void): () => void {
  let wasThere = true
  const timer = setInterval(async () => {
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (wasThere && !isThere) onRemoved()
    wasThere = isThere
  }, interval).unref()
  return () => clearInterval(timer)
}
