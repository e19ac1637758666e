import { checkPattern } from '../check-pattern.ts'
import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** Patterns are valid in RE2 and small enough to match quickly. */
export const patternsCompile = fieldRule((field, template) => {
  const pattern = field.keys.get('pattern')
  if (typeof pattern !== 'string') return []
  const wrong = checkPattern(pattern)
  if (!wrong) return []
  return [
    issueAt(template.source, [...field.path, 'pattern'], 'WRONG_PATTERN', `${wrong.message}.`, {
      suggestion: wrong.suggestion,
    }),
  ]
})
