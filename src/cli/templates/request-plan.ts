import type { PlanEntry, TemplatePlan } from '../../template/changes/template-plan.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import type { Connection } from '../connection/connection.ts'

/** A template file as the registry takes it. */
export interface SentFile {
  readonly name: string
  readonly text: string
}

interface PlanAnswer {
  readonly digest: string | null
  readonly entries: readonly (Omit<PlanEntry, 'place'> & {
    readonly file: string | null
    readonly line: number | null
  })[]
}

/** Asks the registry what these files, in place of its own templates, would do to its objects. */
export async function requestPlan(connection: Connection, files: readonly SentFile[]): Promise<TemplatePlan> {
  const { field, fileType } = await findPlanNames(connection)
  const query = `query RegistryTemplatePlan($files: [${fileType}!]!) {
    plan: ${field}(files: $files) {
      digest
      entries { template path change effect objects samples needsConsent file line }
    }
  }`
  const { plan } = await connection.send<{ plan: PlanAnswer }>(query, { files })
  return {
    digest: plan.digest ?? undefined,
    entries: plan.entries.map(({ file, line, ...entry }) => ({
      ...entry,
      place: file === null || line === null ? undefined : { file, line },
    })),
  }
}

interface NamesAnswer {
  readonly query: { readonly fields: readonly { readonly name: string }[] }
  readonly file: { readonly kind: string } | null
}

/** The root field and its input type. Both have another name if a template of the registry has theirs. */
async function findPlanNames(connection: Connection): Promise<{ readonly field: string; readonly fileType: string }> {
  const { query, file } = await connection.send<NamesAnswer>(
    '{ query: __type(name: "Query") { fields { name } } file: __type(name: "RegistryTemplateFile") { kind } }',
  )
  const names = new Set(query.fields.map(({ name }) => name))
  const field = ['_templatePlan', 'templatePlan'].find((name) => names.has(name))
  if (field === undefined)
    throw new CliError(
      exitCodes.failed,
      `The registry at ${connection.url} has no field templatePlan: it is older than this command. Update it first.`,
    )
  return { field, fileType: file?.kind === 'INPUT_OBJECT' ? 'RegistryTemplateFile' : 'TemplateFile' }
}
