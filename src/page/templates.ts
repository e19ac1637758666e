import { signal } from '@preact/signals'
import type { RegistryTemplatesQuery } from '../client/generated/graphql.ts'
import { type DescribedTemplate, templatesDocument, toTemplates } from '../client/views/described-template.ts'
import { ask, type Problem, schemaDigest } from './ask.ts'

/** The templates, once they are known: the page is made from them. */
export const templates = signal<readonly DescribedTemplate[] | undefined>(undefined)
/** Why they are not known, or may be out of date. */
export const templatesProblem = signal<Problem | undefined>(undefined)

let asked: string | undefined

/** Asks for the templates now, and again whenever the registry answers with another schema. Call it once. */
export function followTemplates(): void {
  void load()
  schemaDigest.subscribe((digest) => {
    if (digest !== undefined && asked !== undefined && digest !== asked) void load()
  })
}

async function load(): Promise<void> {
  const { data, problem } = await ask<RegistryTemplatesQuery>({ query: templatesDocument, variables: {} })
  templatesProblem.value = problem
  asked = schemaDigest.value
  if (data) templates.value = toTemplates(data)
  else setTimeout(load, 2_000)
}
