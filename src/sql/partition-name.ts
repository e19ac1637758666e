import { digest } from './digest.ts'

/**
 * The partition with a template's objects, `registry_role_objects`. Its ending differs from those that PostgreSQL gives to
 * indexes, because a template may be called `role_pkey`. PostgreSQL truncates names at 63 bytes; longer names get a digest and exactly that length, which no other name has.
 */
export function partitionName(template: string): string {
  const name = `registry_${template}_objects`
  return name.length < 63 ? name : `${name.slice(0, 44)}_${digest(name)}_objects`
}
