import type { Template } from '../connection/template.ts'

/**
 * Whether a word is `field=value`, and not the name of a file. With a `.` or a `/` before its `=`, it is one only if the template has
 * that field: `reports/a=b.xml` is a file.
 */
export function isAssignment(word: string, { fields }: Pick<Template, 'fields'>): boolean {
  const [, name] = /^([A-Za-z][\w.:/-]*?):?=/.exec(word) ?? []
  return name !== undefined && (!/[./]/.test(name) || fields.some((field) => field.name === name))
}
