import { isDeepStrictEqual } from 'node:util'
import { hasRules, rulesOfMember } from '../../template/changes/compare-fields.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import type { Run } from '../database.ts'
import { type Generation, loadGenerations, loadModel } from './generations.ts'

/** Finds the fields of a template whose rules a server with older templates may not know, as far as such servers are expected. */
export async function findNewerRules(
  run: Run,
  { number }: Pick<Generation, 'number'>,
): Promise<(template: Template) => readonly Field[]> {
  const generations = await loadGenerations(run)
  // Where the next one was applied long ago, no server has these templates any more.
  const expected = generations.filter(
    (generation, i) => generation.number < number && generation.isApplied && generations[i - 1]?.isSettled === false,
  )
  const models: TemplateModel[] = []
  for (const generation of expected) models.push(await loadModel(run, generation))
  return ({ stored, fields }) =>
    fields.filter(
      (field) =>
        !field.isKey &&
        (field.type === 'enum' || hasRules(field)) &&
        models.some((model) => {
          const former = model.templates.find((template) => template.stored === stored)
          const was = former?.fields.find(({ attribute }) => attribute === field.attribute)
          return was !== undefined && !isDeepStrictEqual(rulesOf(was), rulesOf(field))
        }),
    )
}

function rulesOf({ constraints, values, members }: Field): unknown {
  return [constraints, values, members.map(rulesOfMember)]
}
