import type { Json, JsonObject } from '../json.ts'
import type { Field, Template, TemplateModel } from '../model.ts'
import { templateOf } from '../template-of.ts'

/** The key fields by their own names, from the canonical text of a key: `{"name": "ntp-client", "image": "ubuntu"}`. */
export function nameKey(template: Template, key: string, model: Pick<TemplateModel, 'byName'>): JsonObject {
  return nameParts(template, JSON.parse(key) as readonly Json[], model)
}

function nameParts(template: Template, parts: readonly Json[], model: Pick<TemplateModel, 'byName'>): JsonObject {
  return Object.fromEntries(template.key.map((field, i) => [field.name, namePart(field, parts[i] ?? null, model)]))
}

/** A reference is its target's key: its value if that is one field. */
function namePart({ reference }: Field, part: Json, model: Pick<TemplateModel, 'byName'>): Json {
  if (!reference) return part
  const target = templateOf(model, reference.to)
  const named = nameParts(target, part as readonly Json[], model)
  const [only, ...others] = target.key
  return only && others.length === 0 ? (named[only.name] ?? null) : named
}
