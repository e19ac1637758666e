import { digest } from './digest.ts'

/**
 * The partition that holds a template's objects, `registry_role_objects`. It ends as no name that PostgreSQL gives to
 * an index ends: a template may be called `role_pkey`. PostgreSQL cuts names at 63 bytes; longer ones have a digest and exactly that length, which no other has.
 */
export function partitionName(template: string): string {
  const name = `registry_${template}_objects`
  return name.length < 63 ? name : `${name.slice(0, 44)}_${digest(name)}_objects`
}
