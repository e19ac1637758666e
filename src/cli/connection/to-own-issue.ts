/** The way back from GraphQL: what it says of an input, in the names and words of files. */

import { fieldNameInGraphql } from '../../template/names/name-in-graphql.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { GraphqlError, Issue } from './connection.ts'
import type { Template, TemplateField, TemplateList } from './template.ts'
import { keyFieldsOf, targetOf } from './template-names.ts'

type Input = { readonly [name: string]: Json }
type Path = Issue['path']

/** The code of what GraphQL itself refuses, whose messages speak of its types and names. */
const ofGraphql = 'INVALID_VARIABLE'

/** An error of the upsert of one input, which has the names of files. Errors that are not of GraphQL itself stay as they are. */
export function toOwnError(
  error: GraphqlError,
  template: Template,
  templates: TemplateList,
  input: Input,
): GraphqlError {
  const issues = error.extensions?.issues ?? []
  if (!issues.some(({ code }) => code === ofGraphql)) return error
  const own = issues.map((issue) => toOwnIssue(issue, template, templates, input))
  return { ...error, message: own.map(({ message }) => message).join('\n') }
}

/**
 * An issue of an input, with the path `['input', 3, 'console-ports', 0, 'port-type']` in place of `['input', 3, 'console_ports', 0,
 * 'port_type']`. In a payload its positions are texts; `input` and what is unknown stay as they are.
 *
 * @param input the input that the issue is of, with the names of files
 */
export function toOwnIssue(issue: Issue, template: Template, templates: TemplateList, input: Input): Issue {
  const path = toOwnPath(issue.path, template, templates)
  return {
    ...issue,
    path,
    message: issue.code === ofGraphql ? toOwnMessage(issue, path, template, input) : issue.message,
  }
}

function toOwnPath(path: Path, template: Template, templates: TemplateList): Path {
  let fields: readonly TemplateField[] = template.fields
  return path.map((step, i) => {
    if (i === 0 || isPosition(step)) return step
    const field = fields.find(({ name }) => fieldNameInGraphql(name) === step)
    fields = field ? membersOf(field, templates) : []
    return field?.name ?? step
  })
}

/** The members of a value in GraphQL: those of an object, or the key of a reference's target if it is several fields. */
function membersOf(field: TemplateField, templates: TemplateList): readonly TemplateField[] {
  const target = targetOf(field, templates)
  if (!target) return field.fields
  const [only, ...others] = keyFieldsOf(target)
  return only && others.length === 0 ? membersOf(only, templates) : keyFieldsOf(target)
}

function toOwnMessage({ path: given, message }: Issue, path: Path, template: Template, input: Input): string {
  const steps = path.slice(path[1] !== undefined && isPosition(path[1]) ? 2 : 1)
  const [first, ...others] = steps
  if (first === undefined) return message
  const name = steps.join('.')
  if (valueAt(input, steps) === null) {
    if (others.length === 0 && template.key.includes(String(first))) return `${name} is part of the key, and is missing`
    return isPosition(steps.at(-1) ?? '')
      ? `${name} is null, which a list cannot have`
      : `${name} is required; give a value`
  }
  const start = `${given.findLast((step) => typeof step === 'string')}: `
  // `DateTime: `, the name of a scalar.
  return message.startsWith(start) ? `${name}: ${message.slice(start.length).replace(/^[A-Z]\w*: /, '')}` : message
}

/** Null also for what is not there. */
function valueAt(input: Json, path: Path): Json {
  return path.reduce<Json>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? ((value as Input)[step] ?? null)
        : null,
    input,
  )
}

function isPosition(step: string | number): boolean {
  return typeof step === 'number' || /^\d+$/.test(step)
}
