import { planSearchRead, searchSize } from '../plan/search/plan-search.ts'
import type { TemplateModel } from '../template/model.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import type { OutputField } from './lazy/type-definitions.ts'
import { ownNamesOf } from './own-names.ts'

function searchNamesOf(model: TemplateModel) {
  return ownNamesOf('search', ['SearchConnection', 'SearchNode'], model)
}

/** The types of what a search finds. */
export function defineSearchTypes(builder: DynamicBuilder, model: TemplateModel): void {
  const { types } = searchNamesOf(model)
  builder.object(types.SearchConnection, { description: 'What a search has found.' }, () => ({
    nodes: { type: [types.SearchNode], description: 'The best first.' },
  }))
  builder.object(types.SearchNode, { description: 'An object that a search has found.' }, () => ({
    object: { type: 'RegistryObject' },
    field: { type: 'String', description: 'The name of the field in which it was found: the one that fits best.' },
  }))
}

/** The root field `search`, by its name. */
export function searchField(model: TemplateModel): Record<string, OutputField> {
  const { field, types } = searchNamesOf(model)
  return {
    [field]: {
      type: types.SearchConnection,
      description:
        'Objects that have all words of a text, each at least as the beginning of a word. Whole values come first, then whole words, then beginnings, then what only a reference has.',
      args: {
        text: {
          type: 'String',
          required: true,
          description: 'Words, or beginnings of them, parted by spaces; upper and lower case are the same.',
        },
        templates: { type: ['String'], description: 'Where to look. Default: all templates that are searched.' },
        first: { type: 'Int', default: searchSize, description: 'The maximum number; at most 1,000.' },
      },
      action: { kind: 'read', plan: planSearchRead },
    },
  }
}
