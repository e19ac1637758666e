import { signal } from '@preact/signals'
import type { RegistryTemplatesQuery } from '../client/generated/graphql.ts'
import { type DescribedTemplate, templatesDocument, toTemplates } from '../client/views/described-template.ts'
import { ask, isRefused, type Problem, schemaDigest } from './ask.ts'
import { token } from './token.ts'

/** The templates, once they are known: the page is made from them. */
export const templates = signal<readonly DescribedTemplate[] | undefined>(undefined)
/** Why they are not known, or may be out of date. */
export const templatesProblem = signal<Problem | undefined>(undefined)

let asked: string | undefined
let timer: ReturnType<typeof setTimeout> | undefined

/** Asks for the templates now, and again with another token, or whenever the registry answers with another schema. Call it once. */
export function followTemplates(): void {
  token.subscribe(() => {
    templates.value = undefined
    templatesProblem.value = undefined
    void load()
  })
  schemaDigest.subscribe((digest) => {
    if (digest !== undefined && asked !== undefined && digest !== asked) void load()
  })
}

async function load(): Promise<void> {
  clearTimeout(timer)
  const given = token.value
  const { data, problem } = await ask<RegistryTemplatesQuery>({ query: templatesDocument, variables: {} })
  // What another token may see is on its way.
  if (token.value !== given) return
  templatesProblem.value = problem
  asked = schemaDigest.value
  if (data) templates.value = toTemplates(data)
  else if (!isRefused(problem)) timer = setTimeout(load, 2_000)
}
