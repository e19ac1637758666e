import { writeError } from '../output/terminal.ts'

/** What a command says beside its result: once for each kind, with the first place and how many there are. */
export interface JunitNotes {
  readonly add: (kind: string, file: string, line: number, message: string) => void
  readonly report: () => void
}

export function createNotes(): JunitNotes {
  const notes = new Map<string, { readonly first: string; count: number }>()
  return {
    add(kind, file, line, message) {
      const note = notes.get(kind)
      if (note) note.count++
      else notes.set(kind, { first: `${file}:${line}: ${message}`, count: 1 })
    },
    report() {
      for (const { first, count } of notes.values())
        writeError(`${first}${count > 1 ? ` (and ${count - 1} more like it)` : ''}\n`)
    },
  }
}
