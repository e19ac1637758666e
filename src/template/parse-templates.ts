import type { Path } from '../errors.ts'
import { buildModel } from './build-model.ts'
import { compareText } from './compare-text.ts'
import { type DeclaredTemplate, declareTemplate } from './declared-template.ts'
import { compareIssues, type TemplateIssue } from './issue.ts'
import type { TemplateModel } from './model.ts'
import { parseYaml } from './parse-yaml.ts'
import { rules } from './rules/rules.ts'

/** The text of one template file, and its name in issues. */
export interface TemplateFile {
  readonly file: string
  readonly text: string
}

export type ParsedTemplates =
  | { readonly model: TemplateModel; readonly placeOf: PlaceOf; readonly issues?: undefined }
  | { readonly issues: readonly TemplateIssue[]; readonly model?: undefined }

/** Where the files declare a part of a template, `['fields', 'size']`; undefined for a template that no file declares. */
export type PlaceOf = (template: string, path: Path) => FilePlace | undefined

export interface FilePlace {
  readonly file: string
  /** From 1. */
  readonly line: number
}

/**
 * Parses and validates templates together. Returns the model, or every problem of every file, ordered by file and place.
 * If the form of one part of a file is invalid, the other parts are still checked. `unreadFiles` are files that could not be read;
 * references to templates with their names are not reported.
 */
export function parseTemplates(files: readonly TemplateFile[], unreadFiles: readonly string[] = []): ParsedTemplates {
  const issues: TemplateIssue[] = []
  const templates: DeclaredTemplate[] = []
  const unreadNames = new Set(unreadFiles.map(nameOfFile))
  for (const { file, text } of [...files].sort((a, b) => compareText(a.file, b.file))) {
    const parsed = parseYaml(file, text.replace(/^\uFEFF/, ''))
    issues.push(...parsed.issues)
    const declared = parsed.source && declareTemplate(parsed.source)
    issues.push(...(declared?.issues ?? []))
    if (declared?.template) templates.push(declared.template)
    else unreadNames.add((!parsed.source && parsed.name) || nameOfFile(file))
  }
  const byName = new Map<string, DeclaredTemplate>()
  for (const template of templates) if (!byName.has(template.name)) byName.set(template.name, template)
  const declared = { templates, byName, unreadNames }
  for (const rule of rules) issues.push(...rule(declared))
  if (issues.length > 0) return { issues: issues.sort(compareIssues) }
  const placeOf: PlaceOf = (name, path) => {
    const source = byName.get(name)?.source
    return source && { file: source.file, line: source.placeOf(path, 'key').line }
  }
  return { model: buildModel(declared), placeOf }
}

/** `object-templates/role.yaml` → `role`. */
function nameOfFile(file: string): string {
  return (/[^/\\]*$/.exec(file)?.[0] ?? '').replace(/\.[^.]*$/, '')
}
