import { quote } from './quote.ts'

/** From the root of a template inwards: `['fields', 'status', 'values', 1]`. */
export type Path = readonly (string | number)[]

/** `fields.status.values[1]`. A segment that is not a plain name is quoted, so that it cannot control a terminal. */
export function printPath(path: Path): string {
  return path
    .map((segment, index) => {
      if (typeof segment === 'number') return `[${segment}]`
      if (!/^[A-Za-z_$][\w$]{0,199}$/.test(segment)) return `[${quote(segment)}]`
      return index === 0 ? segment : `.${segment}`
    })
    .join('')
}
