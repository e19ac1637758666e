import { buildSchema as buildPrintedSchema, type GraphQLSchema, isScalarType } from 'graphql'
import { buildSchema } from '../../schema/build-schema.ts'
import { validateQueryDocument } from '../../schema/validate-query-document.ts'
import type { TemplateModel } from '../../template/model.ts'
import { readOperations, type SavedOperation } from './read-operations.ts'

/** A saved operation that the running registry takes, and that it would not take with other templates. */
export interface BrokenOperation extends Pick<SavedOperation, 'file' | 'line' | 'name' | 'title'> {
  /** Why, as the registry would say it. */
  readonly messages: readonly string[]
}

export interface CheckedOperations {
  /** How many operations the running registry takes. */
  readonly valid: number
  readonly broken: readonly BrokenOperation[]
  /** What the running registry does not take, a line each. */
  readonly notes: readonly string[]
}

/** Compares what the running registry, by its schema as SDL, and one with the templates of `model` say of saved operations. */
export async function checkOperations(
  files: readonly string[],
  runningSdl: string,
  model: TemplateModel,
): Promise<CheckedOperations> {
  const { operations, unparsed } = await readOperations(files)
  const next = buildSchema(model)
  const running = buildRunningSchema(runningSdl, next)
  const notes = unparsed.map(({ file, line, message }) => `${file}:${line}: already invalid today: ${message}`)
  const broken: BrokenOperation[] = []
  let valid = 0
  for (const { document, ...operation } of operations) {
    const { file, line, name, title } = operation
    const present = listMessages(running, document)
    const messages = listMessages(next, document)
    if (present.length === 0) valid++
    if (present.length === 0 && messages.length > 0) broken.push({ file, line, name, title, messages })
    if (present.length > 0) {
      const what = messages.length > 0 ? 'already invalid today' : 'invalid today, valid with these templates'
      notes.push(`${file}:${line}: ${title}: ${what}: ${present.join(' ')}`)
    }
  }
  return { valid, broken, notes }
}

function listMessages(schema: GraphQLSchema, document: SavedOperation['document']): readonly string[] {
  return validateQueryDocument(schema, document, true).map(({ message }) => message)
}

/** SDL does not say which literals a scalar takes. So its scalars get the rules of the other schema's, which the registry has too. */
function buildRunningSchema(sdl: string, next: GraphQLSchema): GraphQLSchema {
  const schema = buildPrintedSchema(sdl, { assumeValidSDL: true })
  for (const type of Object.values(schema.getTypeMap())) {
    const same = next.getType(type.name)
    if (isScalarType(type) && isScalarType(same)) type.parseLiteral = same.parseLiteral
  }
  return schema
}
