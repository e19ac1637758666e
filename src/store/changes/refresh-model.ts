import type { Logger } from 'pino'
import { compileHasUnfit } from '../../sql/changes/compile-questions.ts'
import { withFields, withTemplates } from '../../template/build-model.ts'
import { hasRules } from '../../template/changes/compare-fields.ts'
import type { BreakReason, Question } from '../../template/changes/template-change.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { describeKey } from '../../template/object-key.ts'
import type { Run } from '../database.ts'
import { type Answer, answerQuestions, firstOf } from './answer-questions.ts'
import { changeModel, type Generation, loadModel } from './generations.ts'
import { findUnknownRules, type OtherServers } from './unknown-rules.ts'

/** What does not fit a template now: how many objects break a field's rules. */
export interface Violation extends Answer {
  readonly field: string
}

/** The violations of a template's fields. It reads all objects of a template with rules, or with a field that has violations. */
export async function listViolations(
  run: Run,
  template: Template,
  model: TemplateModel,
): Promise<readonly Violation[]> {
  const suspects = await listSuspects(run, template)
  // Servers with other templates do not know these rules.
  const hasOwnRules = (field: Field) => field.type === 'enum' || hasRules(field)
  const fields = template.fields.filter((field) => suspects.includes(field) || hasOwnRules(field))
  return findViolations(run, template, fields, model)
}

async function findViolations(
  run: Run,
  template: Template,
  fields: readonly Field[],
  model: TemplateModel,
): Promise<readonly Violation[]> {
  const questions = fields.flatMap((field) => reasons.map((reason): Question => ({ kind: 'breaking', field, reason })))
  const answers = await answerQuestions(run, template, questions, model)
  return fields.flatMap(({ name }, i) => {
    const own = answers.slice(i * reasons.length, (i + 1) * reasons.length)
    const objects = own.reduce((sum, answer) => sum + answer.objects, 0)
    const samples = firstOf(own.flatMap((answer) => answer.samples))
    return objects > 0 ? [{ field: name, objects, samples }] : []
  })
}

/** The fields that an object lacks or has only in a former form, as servers with older templates may have left it, and those with violations before. */
async function listSuspects(run: Run, template: Template): Promise<readonly Field[]> {
  const converted = template.fields.filter(
    (field) => !field.isViolated && !field.isFilling && (field.formers.length > 0 || (field.required && !field.isKey)),
  )
  const [row] = converted.length > 0 ? await run(compileHasUnfit(template, converted)) : []
  return template.fields.filter((field) => field.isViolated || row?.[`f${converted.indexOf(field)}`] === true)
}

const reasons: readonly BreakReason[] = ['lacking', 'unfit', 'rule']

/** Looks for violations again, warns of each, and records where there are some. Returns the model as it is then. */
export async function refreshViolations(
  run: Run,
  generation: Pick<Generation, 'number' | 'isSettled'> & { readonly isDoubted?: boolean },
  logger: Pick<Logger, 'warn'>,
): Promise<TemplateModel> {
  const model = await loadModel(run, generation)
  // Nobody could have written what does not fit, and nothing did.
  const isCertain = !generation.isDoubted && (generation.number === 1 || generation.isSettled)
  const marks = new Map<string, Mark>()
  for (const template of model.templates) {
    if (isCertain && !template.fields.some(({ isViolated }) => isViolated)) continue
    const suspects = await listSuspects(run, template)
    const found = warnOf(template, await findViolations(run, template, suspects, model), logger)
    // What newer templates do not require is not filled by them; where it is left out, it reads as what fills it all the same.
    const unfilled = new Set(suspects.filter(({ fill, isViolated }) => fill && !isViolated).map(({ name }) => name))
    marks.set(template.stored, (field) => {
      const isFound = found.has(field.name)
      const marked = isFound && field.isViolated ? field : withViolation(field, isFound)
      return unfilled.has(field.name) ? { ...marked, isFilling: true } : marked
    })
  }
  return markFields(run, generation, marks)
}

/** What has been found of a field, as a change of it. */
type Mark = (field: Field) => Field

/**
 * Looks for what other servers have written against rules that they do not know, where no violation is known yet; warns of it, and
 * records it. Reads all objects of a template with such rules. Returns the model if something was found.
 */
export async function findBrokenRules(
  run: Run,
  generation: Pick<Generation, 'number'>,
  others: OtherServers,
  logger: Pick<Logger, 'warn'>,
): Promise<TemplateModel | undefined> {
  const broken = await listBrokenRules(run, generation, others)
  if (broken.size === 0) return undefined
  const marks = new Map<string, Mark>()
  for (const [template, violations] of broken) {
    const found = warnOf(template, violations, logger)
    marks.set(template.stored, (field) => (found.has(field.name) ? withViolation(field, true) : field))
  }
  return markFields(run, generation, marks)
}

/** What `findBrokenRules` finds, by template. */
export async function listBrokenRules(
  run: Run,
  generation: Pick<Generation, 'number'>,
  others: OtherServers,
): Promise<ReadonlyMap<Template, readonly Violation[]>> {
  const model = await loadModel(run, generation)
  const unknownRulesOf = await findUnknownRules(run, generation, others)
  const broken = new Map<Template, readonly Violation[]>()
  for (const template of model.templates) {
    const fields = unknownRulesOf(template).filter(({ isViolated, isFilling }) => !isViolated && !isFilling)
    const violations = fields.length > 0 ? await findViolations(run, template, fields, model) : []
    if (violations.length > 0) broken.set(template, violations)
  }
  return broken
}

/** Returns the names of the fields with violations. */
function warnOf(
  template: Template,
  violations: readonly Violation[],
  logger: Pick<Logger, 'warn'>,
): ReadonlySet<string> {
  for (const { field, objects, samples } of violations) {
    const keys = samples.map(describeKey).join(', ')
    const found = objects === 1 ? '1 stored object does' : `${objects} stored objects do`
    logger.warn(`${template.name}.${field}: ${found} not fit the template, such as ${keys}`)
  }
  return new Set(violations.map(({ field }) => field))
}

/** Changes the fields of the templates whose storages have a mark. */
function markFields(
  run: Run,
  { number }: Pick<Generation, 'number'>,
  marks: ReadonlyMap<string, Mark>,
): Promise<TemplateModel> {
  const mark = (template: Template) => {
    const markField = marks.get(template.stored)
    return markField ? withFields(template, template.fields.map(markField)) : template
  }
  return changeModel(run, number, (present) =>
    marks.size === 0 ? present : withTemplates(present, present.templates.map(mark)),
  )
}

/** Which member of an object breaks a rule is not known, so that all do. */
export function withViolation(field: Field, isViolated: boolean): Field {
  return { ...field, isViolated, members: field.members.map((member) => withViolation(member, isViolated)) }
}

/** The model once all objects are filled. */
export function withoutFilling(model: TemplateModel): TemplateModel {
  return withTemplates(
    model,
    model.templates.map((template) =>
      withFields(
        template,
        template.fields.map((field) => ({ ...field, isFilling: false })),
      ),
    ),
  )
}
