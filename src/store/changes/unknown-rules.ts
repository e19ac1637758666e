import { isDeepStrictEqual } from 'node:util'
import { hasRules, rulesOfMember } from '../../template/changes/compare-fields.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import type { Run } from '../database.ts'
import { type Generation, loadGenerations, loadModel } from './generations.ts'

/** The servers that may have written against rules: those with earlier templates, or with any others. */
export type OtherServers = 'earlier' | 'all'

/** Finds the fields of a template whose rules some other servers may not know, as far as such servers are expected. */
export async function findUnknownRules(
  run: Run,
  { number }: Pick<Generation, 'number'>,
  others: OtherServers,
): Promise<(template: Template) => readonly Field[]> {
  const generations = await loadGenerations(run)
  // Where the next one was applied long ago, no server has these templates any more.
  const isExpected = (generation: Generation, i: number) =>
    generation.number < number
      ? generations[i - 1]?.isSettled === false
      : others === 'all' && generation.number > number
  const models: TemplateModel[] = []
  for (const generation of generations.filter((one, i) => one.isApplied && isExpected(one, i)))
    models.push(await loadModel(run, generation))
  // With another key, a template has another storage.
  const counterpartsOf = ({ stored }: Template) =>
    models.flatMap((model) => model.templates.find((other) => originOf(other.stored) === originOf(stored)) ?? [])
  const isUnknown = (field: Field, template: Template) =>
    counterpartsOf(template).some((other) => {
      const its = other.fields.find(({ attribute }) => attribute === field.attribute)
      return its !== undefined && !isDeepStrictEqual(rulesOf(its), rulesOf(field))
    })
  // Who does not know of a reference deletes what it leads to.
  const mayLeadNowhere = ({ required, reference }: Field) =>
    others === 'all' && models.length > 0 && required && reference?.onMissing === 'reject'
  return (template) =>
    template.fields.filter(
      (field) => mayLeadNowhere(field) || ((field.type === 'enum' || hasRules(field)) && isUnknown(field, template)),
    )
}

function rulesOf({ constraints, values, members }: Field): unknown {
  return [constraints, values, members.map(rulesOfMember)]
}
