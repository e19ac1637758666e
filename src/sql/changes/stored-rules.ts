import { originOf } from '../../template/changes/continue-model.ts'
import { formOfField } from '../../template/form-of-field.ts'
import type { Json, JsonObject } from '../../template/json.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { listAttributes } from '../../template/naming.ts'
import { targetOf } from '../../template/template-of.ts'
import { partitionOf } from '../source.ts'
import { invertConvert } from './invert-convert.ts'

/** What `registry_in_step` needs to know of a template: how new required fields are filled, and which forms follow each other. */
export interface StoredRules {
  readonly fills: readonly Field[]
  /** Each with all its forms, the present one first. */
  readonly families: readonly (readonly Field[])[]
}

export function rulesOf(template: Template): StoredRules {
  return {
    fills: template.fields.filter((field) => field.fill !== undefined),
    // Older servers may still have a field that is gone; its forms are all there when it comes back.
    families: [...template.fields, ...template.removed].flatMap((field) =>
      field.formers.length > 0 ? [[field, ...field.formers]] : [],
    ),
  }
}

/** The rules as `registry_in_step` takes them. */
export function rulesToJson({ fills, families }: StoredRules, model: TemplateModel): JsonObject {
  return {
    fills: fills.map((field) => ({
      attribute: field.attribute,
      attributes: listAttributes(field),
      ...field.fill,
      ...(field.reference && { reference: formOfField(field, model) }),
    })),
    families: families.map((family) => family.map((form) => formToJson(form, family, model))),
  }
}

/** A form of a field as `registry_convertible` takes it. */
export function formToJson(form: Field, family: readonly Field[], model: TemplateModel): JsonObject {
  const stored = form.reference && targetOf(form.reference, model).stored
  return {
    attribute: form.attribute,
    form: compileForm(form, family, model),
    ...namesOf(form, model),
    ...(stored !== undefined && { stored, origin: originOf(stored) }),
    ...(stored !== undefined && form.reference?.onMissing === 'reject' && { target: stored }),
  }
}

/** The names of an object's members, or of the fields of a key, as `registry_renamed` takes them; nothing if they are the attributes. */
function namesOf({ members, removed, reference }: Field, model: TemplateModel): { readonly names?: Json } {
  const key = reference ? targetOf(reference, model).key : []
  const [only, ...others] = key
  if (only && others.length === 0) return namesOf(only, model)
  const names = [...members, ...key].map((part) => ({
    attribute: part.attribute,
    name: part.name,
    ...namesOf(part, model),
  }))
  const isPlain = removed.length === 0 && names.every((part) => part.attribute === part.name && !('names' in part))
  return isPlain ? {} : { names }
}

/** Whether a value of one form must be taken by its names before it converts to another one; see `registry_convertible`. */
export function hasOtherNames(form: Field, other: Field, model: TemplateModel): boolean {
  if (form.type === 'object' && other.type === 'object') return false
  return [form, other].some((one) => namesOf(one, model).names !== undefined)
}

/** The present form of a field, as `registry_convert` takes it. */
export function presentForm(field: Field, model: TemplateModel): JsonObject {
  return compileForm(field, [field, ...field.formers], model)
}

function compileForm(form: Field, family: readonly Field[], model: TemplateModel): JsonObject {
  const source = family.find((one) => one.convert && (one.convertsFrom?.includes(form.attribute) ?? true))
  const convert = form.convert ?? (source?.convert && invertConvert(source.convert, form, model))
  return formOfField({ ...form, convert }, model, (member) => lineageOf(member, form, family))
}

/** The attributes under which the other forms of an object have a member, the present form first. */
function lineageOf(member: Field, form: Field, family: readonly Field[]): readonly string[] {
  const linked = new Set([member.attribute])
  const others = family.filter((one) => one !== form).flatMap((one) => membersIn(one))
  // A form knows the attributes that its members had before, so links lead both ways.
  for (let size = 0; size !== linked.size; ) {
    size = linked.size
    for (const one of [...membersIn(form), ...others]) {
      const attributes = [one.attribute, ...one.formers.map((former) => former.attribute)]
      if (attributes.some((attribute) => linked.has(attribute)))
        for (const attribute of attributes) linked.add(attribute)
    }
  }
  linked.delete(member.attribute)
  return [...linked]
}

function membersIn(field: Field): readonly Field[] {
  return field.members.flatMap((member) => [member, ...membersIn(member)])
}

/** How `registry_put` puts an object into a storage of its template. */
export function putToJson(into: Template, model: TemplateModel, isStrict: boolean): JsonObject {
  return {
    stored: into.stored,
    partition: partitionOf(into.stored).text,
    key: into.key.map((field) => ({
      attribute: field.attribute,
      form: compileForm(field, [field], model),
      formers: field.formers.flatMap(({ attribute, reference }) =>
        reference?.stored === undefined ? [] : [{ attribute, stored: reference.stored }],
      ),
    })),
    isStrict,
    step: rulesToJson(rulesOf(into), model),
  }
}
