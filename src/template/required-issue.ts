import type { InputIssue, Path } from '../errors.ts'

export function requiredIssue(name: string, path: Path): InputIssue {
  return { path, code: 'REQUIRED', message: `${name} is required; give a value` }
}
