import { byNameOf, withFields } from '../../template/build-model.ts'
import { compareModels } from '../../template/changes/compare-models.ts'
import { continueModel } from '../../template/changes/continue-model.ts'
import type { TemplateChange } from '../../template/changes/template-change.ts'
import {
  createPlan,
  type Effect,
  effects,
  type PlanEntry,
  type TemplatePlan,
} from '../../template/changes/template-plan.ts'
import { deepFreeze } from '../../template/deep-freeze.ts'
import type { DeclaredModel } from '../../template/load-templates.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { printPath } from '../../template/path.ts'
import { quote } from '../../template/quote.ts'
import type { Run } from '../database.ts'
import { type Answer, answerQuestions } from './answer-questions.ts'
import { digestFiles, type Generation, loadModel } from './generations.ts'
import { withViolation } from './refresh-model.ts'

/** What the files would do to the stored objects, and the model once they are applied. */
export interface PlannedChanges {
  readonly plan: TemplatePlan
  /** The templates as they are applied now. */
  readonly applied: TemplateModel
  readonly model: TemplateModel
}

/**
 * Compares the files with what was applied last and with the stored objects. It only reads, without locks that others would wait
 * for; with many objects it takes seconds, so `run` must have no time limit.
 */
export async function planChanges(run: Run, last: Generation, files: DeclaredModel): Promise<PlannedChanges> {
  const applied = await loadModel(run, last)
  const next = continueModel(applied, files.model, { now: new Date(), generation: last.number + 1 })
  const changes = compareModels(applied, next)
  const judged = await judge(run, changes, applied, next)
  const entries = judged.flatMap(({ change, answer, effect }) => {
    const isSaidElsewhere = effect === 'SAFE' && change.isAside
    return isSaidElsewhere ? [] : [toEntry(change, answer, effect, files)]
  })
  return {
    applied,
    plan: createPlan(entries, `${last.number} ${last.digest}`, digestFiles(files.model)),
    model: settle(next, judged),
  }
}

interface Judged {
  readonly change: TemplateChange
  readonly answer: Answer
  readonly effect: Effect
}

async function judge(
  run: Run,
  changes: readonly TemplateChange[],
  applied: TemplateModel,
  model: TemplateModel,
): Promise<readonly Judged[]> {
  const storages = new Set([...applied.templates, ...applied.removed].map(({ stored }) => stored))
  const judged: Judged[] = []
  for (const template of new Set(changes.map((change) => change.template))) {
    const own = changes.filter((change) => change.template === template)
    const answers = await answerQuestions(
      run,
      storages.has(template.stored) ? template : withFormerStorage(template),
      own.map(({ question }) => question),
      model,
    )
    own.forEach((change, i) => {
      const answer = answers[i] ?? { objects: 0, samples: [] }
      const isHarmless = change.question !== undefined && answer.objects === 0
      judged.push({ change, answer, effect: isHarmless && change.effect !== 'RENAMES' ? 'SAFE' : change.effect })
    })
  }
  return judged
}

/** Objects that are about to get other keys are still in the former storage. */
function withFormerStorage(template: Template): Template {
  return { ...template, stored: template.former?.stored ?? template.stored }
}

function toEntry(
  { template, path, change }: TemplateChange,
  answer: Answer,
  effect: Effect,
  files: DeclaredModel,
): PlanEntry {
  const { objects, samples, shared } = answer
  return {
    template: template.name,
    path: printPath(path),
    change: shared === undefined ? change : `${change}, but several objects have ${quote(JSON.parse(shared))}`,
    effect,
    objects,
    samples,
    needsConsent: effects[effect] === 'consent',
    place: files.placeOf(template.name, path),
  }
}

/** The model with what the objects have shown: which fields they must be filled with, and which rules they break. */
function settle(next: TemplateModel, judged: readonly Judged[]): TemplateModel {
  const templates = next.templates.map((template) => {
    const own = judged.filter(({ change }) => change.template === template)
    const fields = template.fields.map((field) =>
      settleField(
        field,
        own.filter(({ change }) => change.path[1] === field.name),
      ),
    )
    return withFields(template, fields)
  })
  return deepFreeze({ ...next, templates, byName: byNameOf(templates) })
}

function settleField(field: Field, judged: readonly Judged[]): Field {
  const isFilling = field.isFilling || judged.some(({ effect }) => effect === 'FILLS')
  const isViolated = field.isViolated || judged.some(({ effect }) => effect === 'VIOLATES')
  return { ...(isViolated ? withViolation(field, true) : field), isFilling }
}
