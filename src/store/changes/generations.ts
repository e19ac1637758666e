import {
  compileGenerationModel,
  compileGenerations,
  compileInsertGeneration,
  compileLockModel,
  compileUpdateModel,
} from '../../sql/changes/compile-generations.ts'
import { withTemplates } from '../../template/build-model.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import { isSameModel, modelFromJson, modelToJson, printModel } from '../../template/changes/model-json.ts'
import { digestJson, type PlanEntry } from '../../template/changes/template-plan.ts'
import type { TemplateModel } from '../../template/model.ts'
import type { Row, Run } from '../database.ts'

/** A set of templates that was applied, or is about to be. */
export interface Generation {
  /** From 1. */
  readonly number: number
  /** The digest of its files. */
  readonly files: string
  /** The digest of the plan that led here. */
  readonly digest: string
  /** Not before its conversions are complete. */
  readonly isApplied: boolean
  /** It was applied so long ago that servers with the former templates are not expected any more. */
  readonly isSettled: boolean
}

/** The digest of templates as their files declare them. */
export function digestFiles(declared: TemplateModel): string {
  return digestJson(printModel(declared))
}

/** All generations, the newest first. */
export async function loadGenerations(run: Run): Promise<readonly Generation[]> {
  const rows = await run(compileGenerations())
  return rows.map((row) => ({
    number: Number(row.generation),
    files: String(row.files),
    digest: String(row.digest),
    isApplied: row.is_applied === true,
    isSettled: row.is_settled === true,
  }))
}

/** The templates of a generation, with what the storage knows of them. */
export async function loadModel(run: Run, { number }: Pick<Generation, 'number'>): Promise<TemplateModel> {
  const [row] = await run(compileGenerationModel(number))
  return readModel(row)
}

let lastRead: { readonly text: string; readonly model: TemplateModel } | undefined

/** A start reads the same text again and again, which takes long for many templates. A model never changes. */
function readModel(row: Row | undefined): TemplateModel {
  const text = String(row?.model)
  if (lastRead?.text !== text) lastRead = { text, model: modelFromJson(JSON.parse(text)) }
  return noteLaterStorages(lastRead.model, row?.newer)
}

/** @param newer the storages of newer templates, if there are any */
function noteLaterStorages(model: TemplateModel, newer: unknown): TemplateModel {
  if (!Array.isArray(newer)) return model
  const templates = model.templates.map((template) => {
    const isLater = (one: string) => one !== template.stored && originOf(one) === originOf(template.stored)
    return { ...template, laterStorages: newer.map(String).filter(isLater) }
  })
  return withTemplates(model, templates)
}

export async function recordGeneration(
  run: Run,
  generation: Generation,
  given: {
    readonly model: TemplateModel
    readonly entries: readonly PlanEntry[]
    readonly consent: string | undefined
  },
): Promise<void> {
  const { number, isSettled: _, ...rest } = generation
  const { model, entries, consent } = given
  await run(compileInsertGeneration({ generation: number, ...rest, model: modelToJson(model), entries, consent }))
}

/**
 * Changes the recorded model of a generation, which other servers may be changing as well; in a transaction. Returns the model as
 * it is then.
 */
export async function changeModel(
  run: Run,
  number: number,
  change: (model: TemplateModel) => TemplateModel,
): Promise<TemplateModel> {
  const [row] = await run(compileLockModel(number))
  const model = readModel(row)
  const changed = change(model)
  if (changed !== model && !isSameModel(model, changed)) await run(compileUpdateModel(number, modelToJson(changed)))
  return changed
}
