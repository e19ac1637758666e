import { readdir, readFile } from 'node:fs/promises'

interface ProcessUse {
  readonly parent: number
  /** In seconds, with that of children that have ended. */
  readonly seconds: number
}

/** What a process and all that it has started have used: processor time in seconds, and memory in MB, shared pages divided by who shares them. */
export async function useOfTree(pid: number): Promise<{ readonly seconds: number; readonly megabytes: number }> {
  const processes = await listProcesses()
  const tree = [pid]
  for (const one of tree)
    tree.push(...[...processes].filter(([, { parent }]) => parent === one).map(([child]) => child))
  const memory = await Promise.all(tree.map(loadMegabytes))
  return {
    seconds: tree.reduce((sum, one) => sum + (processes.get(one)?.seconds ?? 0), 0),
    megabytes: memory.reduce((sum, one) => sum + one, 0),
  }
}

async function listProcesses(): Promise<ReadonlyMap<number, ProcessUse>> {
  const names = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name))
  const found = await Promise.all(
    names.map(async (name): Promise<[number, ProcessUse][]> => {
      const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
      if (text === '') return []
      const ticks = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0)
      return [[Number(name), { parent: Number(fields[1]), seconds: ticks / 100 }]]
    }),
  )
  return new Map(found.flat())
}

async function loadMegabytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024
}
