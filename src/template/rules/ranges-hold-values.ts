import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

const ranges = [
  ['minLength', 'maxLength'],
  ['minimum', 'maximum'],
] as const

/** The lower bound of a range is not above the upper one. */
export const rangesHoldValues = fieldRule((field, template) =>
  ranges.flatMap(([lower, upper]) => {
    const least = field.keys.get(lower)
    const most = field.keys.get(upper)
    if (typeof least !== 'number' || typeof most !== 'number' || least <= most) return []
    return [
      issueAt(
        template.source,
        [...field.path, lower],
        'EMPTY_RANGE',
        `${lower} is ${least}, which is more than ${upper}, ${most}.`,
      ),
    ]
  }),
)
