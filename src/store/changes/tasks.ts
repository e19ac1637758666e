import { isDeepStrictEqual } from 'node:util'
import type { Regained } from '../../sql/changes/compile-step.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import { formToRead } from '../../template/changes/form-to-read.ts'
import { formerStoragesOf } from '../../template/changes/storages-of.ts'
import type { PlanEntry } from '../../template/changes/template-plan.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { printPath } from '../../template/path.ts'
import { targetOf } from '../../template/template-of.ts'

/** What remains to be done with the objects of a template after a plan is applied, as it is recorded. */
export interface Task {
  /**
   * `step`: fill and convert the objects. `rekey`: copy them to a storage with another key. `past`: copy what they were, or give its
   * references the keys that their targets have got. `drop`: end a storage that nobody reads.
   */
  readonly kind: 'step' | 'rekey' | 'past' | 'drop'
  /** The template's stored name. */
  readonly stored: string
  /** The stored name under which the former templates have these objects. */
  readonly from: string
  /** The former templates are served until it is done. */
  readonly isBlocking: boolean
  /** The attributes whose conversion gives objects a version. */
  readonly versioned: readonly string[]
  /** Those that objects may have from earlier templates: these values are not converted, and may still read otherwise. */
  readonly regained?: readonly Regained[]
}

/** A task that this server holds. */
export interface HeldTask {
  readonly id: string
  readonly fence: string
  readonly task: Task
  /** Changes as the task advances. */
  doneTo: string
}

/**
 * The tasks of a plan, in the order in which they must be done: objects get their new keys before references to them follow.
 * `applied` are the templates before it.
 */
export function listTasks(
  applied: TemplateModel,
  model: TemplateModel,
  entries: readonly PlanEntry[],
): readonly Task[] {
  const before = new Map(applied.templates.map((template) => [template.stored, template]))
  const rekeyed = model.templates.filter(({ stored, former }) => former !== undefined && !before.has(stored))
  const steps = model.templates.filter(
    (template) =>
      !rekeyed.includes(template) && template.fields.some((field) => needsStep(field, before.get(template.stored))),
  )
  return [
    ...inOrderOfKeys(rekeyed, model).map(
      (template): Task => ({
        kind: 'rekey',
        stored: template.stored,
        from: template.former?.stored ?? template.stored,
        isBlocking: true,
        ...listVersioned(template, applied, entries),
      }),
    ),
    // What they refer to has got its key since, also if it is in the same storage.
    ...rekeyed
      .filter(({ fields }) => fields.some((field) => followsKey(field, rekeyed)))
      .map(
        (template): Task => ({
          kind: 'step',
          stored: template.stored,
          from: template.former?.stored ?? template.stored,
          isBlocking: true,
          // The task before has given them a version for what they regain.
          versioned: listVersioned(template, applied, entries).versioned,
        }),
      ),
    ...steps.map(
      (template): Task => ({
        kind: 'step',
        stored: template.stored,
        from: template.stored,
        isBlocking: template.fields.some(
          (field) =>
            needsStep(field, before.get(template.stored)) && !readsAsFilled(field, before.get(template.stored)),
        ),
        ...listVersioned(template, applied, entries),
      }),
    ),
    ...inOrderOfKeys(rekeyed, model).flatMap((template) =>
      formerStoragesOf(template, model).map((from) => pastTask(template.stored, from)),
    ),
    // The targets of references come before what refers to them.
    ...model.templates
      .filter(({ stored, fields }) =>
        fields.some((field) => followsStorage(field, model) && needsStep(field, before.get(stored))),
      )
      .map(({ stored }) => pastTask(stored, stored)),
    ...rekeyed.flatMap(({ former }): Task[] => {
      const last = before.get(former?.stored ?? '')?.former
      return last ? [dropTask(last.stored)] : []
    }),
  ]
}

/** Ends a storage that nobody reads any more. */
export function dropTask(stored: string): Task {
  return { kind: 'drop', stored, from: stored, isBlocking: false, versioned: [] }
}

function pastTask(stored: string, from: string): Task {
  return { kind: 'past', stored, from, isBlocking: false, versioned: [] }
}

/** A template comes after those that its key refers to. */
function inOrderOfKeys(templates: readonly Template[], model: TemplateModel): readonly Template[] {
  const ordered = new Set<Template>()
  const add = (template: Template) => {
    for (const { reference } of template.key) {
      const target = model.byName.get(reference?.to ?? '')
      if (target && templates.includes(target)) add(target)
    }
    ordered.add(template)
  }
  for (const template of templates) add(template)
  return [...ordered]
}

/** Whether objects may lack a form of a value, or the value itself. `before`: the template that they are in step with. */
function needsStep(field: Field, before: Template | undefined): boolean {
  return field.isFilling || hasOtherForms(field, before)
}

function hasOtherForms(field: Field, before: Template | undefined): boolean {
  const was = before?.fields.find(({ attribute }) => attribute === field.attribute)
  return field.formers.length > 0 && !(was && isDeepStrictEqual(formsOf(was), formsOf(field)))
}

function formsOf(field: Field): unknown {
  return [field, ...field.formers].map(({ attribute, type, list, values, convert, members, reference }) => {
    return { attribute, type, list, values, convert: { ...convert }, members, reference }
  })
}

/** Whether the field leads to one of these templates, and has values of a former form. */
function followsKey({ reference, formers }: Field, rekeyed: readonly Template[]): boolean {
  return formers.length > 0 && rekeyed.some(({ name }) => name === reference?.to)
}

/** Whether a former form of a reference leads to a storage in which the same objects have another key. */
export function followsStorage({ reference, formers }: Field, model: TemplateModel): boolean {
  if (!reference) return false
  const { stored } = targetOf(reference, model)
  const storages = formers.flatMap((form) => (form.reference ? [targetOf(form.reference, model).stored] : []))
  return storages.some((one) => one !== stored && originOf(one) === originOf(stored))
}

/** Whether statements can read the field as if all objects were filled. */
function readsAsFilled(field: Field, before: Template | undefined): boolean {
  if (field.isKey || (field.reference && field.formers.length > 0)) return false
  return !hasOtherForms(field, before) || formToRead(field) !== undefined
}

function listVersioned(
  template: Template,
  applied: TemplateModel,
  entries: readonly PlanEntry[],
): Pick<Task, 'versioned' | 'regained'> {
  const isConverted = (field: Field) =>
    entries.some(
      (entry) =>
        entry.template === template.name &&
        entry.path === printPath(['fields', field.name]) &&
        (entry.effect === 'CONVERTS' || (entry.effect === 'ORPHANS' && field.reference !== undefined)),
    )
  const fields = template.fields.filter((field) => field.formers.length > 0 && isConverted(field))
  const was = [...applied.templates, ...applied.removed].find(
    ({ stored }) => stored === template.stored || stored === template.former?.stored,
  )
  const regained = fields.flatMap((field) => findRegained(field, was) ?? [])
  return { versioned: fields.map(({ attribute }) => attribute), ...(regained.length > 0 && { regained }) }
}

/** What a field that has a type again takes back. A value of a reference that leads elsewhere is another one, whatever its key. */
function findRegained(field: Field, was: Template | undefined): Regained | undefined {
  const { attribute } = field
  const before = [...(was?.fields ?? []), ...(was?.removed ?? [])].find((one) =>
    one.formers.some((form) => form.attribute === attribute),
  )
  if (!before) return undefined
  return before.reference && field.reference ? { attribute } : { attribute, from: before.attribute }
}
