import { assertNever } from '../../errors.ts'
import {
  compileAll,
  compileDuplicates,
  compileKeyless,
  compilePresent,
  compileSameKeys,
  compileSharedTogether,
  compileTooLong,
  compileValues,
  mostSamples,
} from '../../sql/changes/compile-questions.ts'
import type { BreakReason, Question } from '../../template/changes/template-change.ts'
import { findProblems, longestIndexed, type ValueProblem } from '../../template/check-value.ts'
import type { Json } from '../../template/json.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { nameValue, namingOfValue } from '../../template/naming.ts'
import type { Run } from '../database.ts'
import { findExpired, findOutgrown } from '../retention/find-removals.ts'

/** The objects that a question finds. */
export interface Answer {
  readonly objects: number
  /** The canonical keys of up to five of them. */
  readonly samples: readonly string[]
  /** The JSON text of the value that they share. */
  readonly shared?: string
}

const none: Answer = { objects: 0, samples: [] }
/** How many objects are read at once: their different values fit into memory. */
const batch = 20_000

/** Answers the questions about one template's objects, in their order. It reads the objects at most once for all that a statement cannot decide. */
export async function answerQuestions(
  run: Run,
  template: Template,
  questions: readonly (Question | undefined)[],
  model: TemplateModel,
): Promise<readonly Answer[]> {
  const breaking = questions.flatMap((question) => (question?.kind === 'breaking' ? [question] : []))
  const broken = await findBreaking(run, template, breaking, model)
  const answers: Answer[] = []
  for (const question of questions) {
    if (question?.kind === 'breaking') answers.push(broken.get(question) ?? none)
    else answers.push(question ? await answer(run, template, question, model) : none)
  }
  return answers
}

async function answer(
  run: Run,
  template: Template,
  question: Exclude<Question, { kind: 'breaking' }>,
  model: TemplateModel,
): Promise<Answer> {
  const ask = async (statement: ReturnType<typeof compileAll>) => toAnswer((await run(statement))[0])
  switch (question.kind) {
    case 'all':
      return ask(compileAll(template))
    case 'present':
      return ask(compilePresent(template, question.places))
    case 'duplicates':
      return ask(compileDuplicates(template, question.field, model))
    case 'shared':
      return ask(compileSharedTogether(template, question.fields, model))
    case 'tooLong':
      return ask(compileTooLong(template, question.field, longestIndexed(question.field), model))
    case 'keyless':
      return ask(compileKeyless(template, question.key, model))
    case 'sameKeys':
      return ask(compileSameKeys(template, question.key, model))
    case 'expired':
      return findExpired(run, template, model, mostSamples)
    case 'outgrown':
      return template.retain ? findOutgrown(run, template, template.retain, model, mostSamples) : none
    default:
      return assertNever(question)
  }
}

function toAnswer(row: Readonly<Record<string, unknown>> | undefined): Answer {
  return {
    objects: Number(row?.objects ?? 0),
    samples: (row?.samples ?? []) as readonly string[],
    ...(typeof row?.shared === 'string' && { shared: row.shared }),
  }
}

type Breaking = Extract<Question, { kind: 'breaking' }>

async function findBreaking(
  run: Run,
  template: Template,
  questions: readonly Breaking[],
  model: TemplateModel,
): Promise<ReadonlyMap<Breaking, Answer>> {
  const found = new Map(questions.map((question) => [question, none]))
  if (questions.length === 0) return found
  const fields = [...new Set(questions.map(({ field }) => field))]
  for (let after = ''; ; ) {
    const rows = await run(compileValues(template, fields, model, after, batch))
    for (const { field: index, value, isThere, objects, samples } of rows) {
      const field = fields[Number(index)]
      const reason = field && reasonOf(value as Json, isThere === true, field, model)
      for (const question of questions.filter((one) => one.field === field && one.reason === reason)) {
        const former = found.get(question) ?? none
        found.set(question, {
          objects: former.objects + Number(objects),
          samples: firstOf([...former.samples, ...(samples as readonly string[])]),
        })
      }
    }
    const read = rows.find(({ field }) => field === -1)
    if (Number(read?.objects ?? 0) < batch) return found
    after = String((read?.samples as readonly string[] | undefined)?.[0])
  }
}

/** The first few keys, in the order that they have in the database. */
export function firstOf(keys: readonly string[]): readonly string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).slice(0, mostSamples)
}

/** Why a value breaks its field's rules; undefined if it keeps them. `isThere`: it is stored, perhaps in a form that does not convert. */
function reasonOf(value: Json, isThere: boolean, field: Field, model: TemplateModel): BreakReason | undefined {
  if (value === null) {
    // Objects that were written without an actor have no creator.
    const isFilled = field.fill !== undefined && field.fill.kind !== 'creator'
    return isThere ? 'unfit' : field.required && !isFilled ? 'lacking' : undefined
  }
  const problems: ValueProblem[] = []
  findProblems(nameValue(value, field.list, namingOfValue(field, model)), field, [], model, problems)
  if (problems.length === 0) return undefined
  return field.type === 'enum' ? 'unfit' : 'rule'
}
