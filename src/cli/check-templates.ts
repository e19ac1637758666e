import { loadTemplateFolder } from './templates/load-template-folder.ts'

/** Prints what is wrong with a folder of templates to stderr, or a confirmation to stdout. Returns the exit code. */
export async function checkTemplates(given: string | undefined): Promise<number> {
  const folder = await loadTemplateFolder(given)
  if (!folder) return 1
  const { templates } = folder.model
  const names = templates.map(({ name }) => name).join(', ')
  process.stdout.write(
    `${templates.length} ${templates.length === 1 ? 'template is' : 'templates are'} in order: ${names}\n`,
  )
  return 0
}
