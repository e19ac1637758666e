import type { Template, TemplateModel } from '../model.ts'
import { originOf } from './continue-model.ts'

/** The names of all storages in which the template has, or has had, its objects; the present one first. */
export function storagesOf({ stored, former }: Template, { spent }: TemplateModel): readonly string[] {
  const origin = originOf(stored)
  return [
    ...new Set([stored, ...(former ? [former.stored] : []), ...spent.filter((name) => originOf(name) === origin)]),
  ]
}

/** Those with other keys, the newest first. */
export function formerStoragesOf(template: Template, model: TemplateModel): readonly string[] {
  const generationOf = (stored: string) => Number(stored.split('~')[1] ?? 1)
  return storagesOf(template, model)
    .slice(1)
    .sort((one, other) => generationOf(other) - generationOf(one))
}
