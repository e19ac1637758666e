import type { Path } from '../errors.ts'
import { quote } from './quote.ts'

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
