import { printIssues } from '../../src/template/issue.ts'
import type { Template, TemplateModel } from '../../src/template/model.ts'
import { parseTemplates } from '../../src/template/parse-templates.ts'

/** The printed issues of templates, a line each; none for templates in order. */
export function issuesOf(files: string | Readonly<Record<string, string>>): string[] {
  const { issues } = parseTemplates(toFiles(files))
  return issues ? printIssues(issues).split('\n') : []
}

/** The model of templates that are in order. */
export function modelOf(files: string | Readonly<Record<string, string>>): TemplateModel {
  const { model, issues } = parseTemplates(toFiles(files))
  if (!model) throw new Error(printIssues(issues))
  return model
}

/** The only template of a text that is in order. */
export function templateOf(text: string): Template {
  const [template] = modelOf(text).templates
  if (!template) throw new Error('no template')
  return template
}

/** The issues of one field, written in flow style, of a template that is in order otherwise. */
export function issuesOfField(field: string): string[] {
  return issuesOf(`name: image\nkey: [name]\nfields:\n  name: string\n  x: ${field}\n`)
}

function toFiles(files: string | Readonly<Record<string, string>>) {
  return Object.entries(typeof files === 'string' ? { 'image.yaml': files } : files).map(([file, text]) => ({
    file,
    text,
  }))
}
