import { isDeepStrictEqual } from 'node:util'
import type { Template, TemplateModel } from '../template/model.ts'
import type { Database } from './database.ts'
import type { Prisma } from './prisma-client/client.ts'

/** Keeps what was compiled last, for each template, so that a later start can tell what has changed. */
export async function recordTemplates({ prisma }: Pick<Database, 'prisma'>, model: TemplateModel): Promise<void> {
  const recorded = new Map((await prisma.registryTemplate.findMany()).map((row) => [row.name, row.definition]))
  for (const template of model.templates) {
    const definition = toDefinition(template)
    if (isDeepStrictEqual(recorded.get(template.name), definition)) continue
    const row = { definition: definition as Prisma.InputJsonObject, compiledAt: new Date() }
    await prisma.registryTemplate.upsert({
      where: { name: template.name },
      create: { name: template.name, ...row },
      update: row,
    })
  }
}

function toDefinition(template: Template): unknown {
  const { fieldByName: _, key, reverseFields: __, ...rest } = template
  return JSON.parse(JSON.stringify({ ...rest, key: key.map((field) => field.name) }))
}
