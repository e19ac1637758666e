import type { Member } from './source.ts'

/** The members of a class while they are collected. */
export interface Members {
  readonly all: Map<string, Member>
  /** A later value wins, unless it is given only sometimes: then the value is not known. */
  readonly give: (name: string, given: Omit<Member, 'name'>) => void
}

export function createMembers(): Members {
  const all = new Map<string, Member>()
  return {
    all,
    give: (name, given) => {
      const known = all.get(name)
      all.set(name, {
        name,
        line: known?.line ?? given.line,
        type: given.type ?? known?.type,
        value: given.value ?? known?.value,
        computed: given.computed ?? (given.value ? undefined : known?.computed),
        isConditional: given.value ? given.isConditional : known?.isConditional,
        description: given.description ?? known?.description,
      })
    },
  }
}
