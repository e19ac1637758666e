import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import { compileFindAttribute } from '../sql/compile-find-attribute.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import type { Database } from './database.ts'
import type { Prisma } from './prisma-client/client.ts'
import { toTemplateDefinition } from './to-template-definition.ts'

/** The part of a recorded template that is read again. */
interface Definition {
  readonly fields: readonly FormerField[]
}

type FormerField = Omit<Field, 'attribute' | 'members'> & {
  readonly attribute?: string
  readonly members: readonly FormerField[]
}

/**
 * Records the present templates, and the fields whose types have changed while objects had values of them. These values
 * may not fit the present type until they are written again. Returns these fields by template, and logs a warning
 * for each new one.
 */
export async function recordTemplates(
  database: Pick<Database, 'prisma' | 'run'>,
  model: TemplateModel,
  logger: Pick<Logger, 'warn'>,
): Promise<ReadonlyMap<Template, readonly Field[]>> {
  const { prisma } = database
  const recorded = new Map((await prisma.registryTemplate.findMany()).map((row) => [row.name, row]))
  const changed = new Map<Template, readonly Field[]>()
  for (const template of model.templates) {
    const row = recorded.get(template.name)
    const definition = toTemplateDefinition(template)
    const known = template.fields.filter((field) => row?.changedFields.includes(field.attribute))
    const isSame = isDeepStrictEqual(row?.definition, definition)
    const found = row && !isSame ? await findChangedFields(database, template, row.definition, known) : []
    for (const { name } of found)
      logger.warn(
        `${template.name}.${name} has a different type than before, and objects have values of the former type; reading a value that does not fit fails until it is written again`,
      )
    const fields = [...known, ...found]
    if (fields.length > 0) changed.set(template, fields)
    if (isSame) continue
    const changedFields = fields.map((field) => field.attribute)
    const kept = { definition: definition as Prisma.InputJsonObject, compiledAt: new Date(), changedFields }
    await prisma.registryTemplate.upsert({
      where: { name: template.name },
      create: { name: template.name, ...kept },
      update: kept,
    })
  }
  return changed
}

async function findChangedFields(
  { run }: Pick<Database, 'run'>,
  template: Template,
  former: unknown,
  known: readonly Field[],
): Promise<readonly Field[]> {
  const before = new Map((former as Definition).fields.map((field) => [attributeOf(field), field]))
  const found: Field[] = []
  for (const field of template.fields) {
    if (known.includes(field) || takesAllOf(before.get(field.attribute), field)) continue
    if ((await run(compileFindAttribute(template, field))).length > 0) found.push(field)
  }
  return found
}

/** Whether every value of the former field fits the present field. Not if the former field is unknown: it may have existed earlier. */
function takesAllOf(former: FormerField | undefined, field: Field): boolean {
  return (
    former !== undefined &&
    former.type === field.type &&
    former.list === field.list &&
    former.values.every((value) => field.values.includes(value)) &&
    former.members.every((member) => {
      const present = field.members.find((one) => one.attribute === attributeOf(member))
      return !present || takesAllOf(member, present)
    }) &&
    // Every member must have existed before: a new member may find values that an earlier form of the template has left.
    field.members.every((member) => former.members.some((one) => attributeOf(one) === member.attribute))
  )
}

/** Before fields had attributes, they were stored under their names. */
function attributeOf({ name, attribute }: FormerField): string {
  return attribute ?? name
}
