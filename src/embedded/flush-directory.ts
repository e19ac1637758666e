import { open } from 'node:fs/promises'

/** Makes sure that the names in a directory are on the disk. */
export async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory)
  await handle.sync().finally(() => handle.close())
}
