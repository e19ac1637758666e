import type { GraphQLError } from 'graphql'
import { createIssueError } from '../../errors.ts'
import { indexesOf } from '../../sql/compile-storage.ts'
import { partitionName } from '../../sql/partition-name.ts'
import type { Template } from '../../template/model.ts'
import type { Run } from '../database.ts'
import { loadGenerations, loadModel } from './generations.ts'

/** The refusal of a write that violated a unique index of newer templates; undefined if no newer template has that index. */
export async function explainNewerConstraint(
  run: Run,
  own: Template,
  index: string,
): Promise<GraphQLError | undefined> {
  if (indexesOf(own).some(({ name }) => name === index)) return undefined
  const [last] = await loadGenerations(run)
  if (!last) return undefined
  const { templates } = await loadModel(run, last)
  for (const template of templates) {
    const newer = indexesOf(template).find(({ name }) => name === index)
    const { field, together } = newer ?? {}
    if (together) {
      const names = together.map(({ name }) => name).join(', ')
      return refuse([], `${names} must be unique together in newer templates, and another object has the same values`)
    }
    if (field)
      return refuse(
        [field.graphqlName],
        `${field.name} must be unique in newer templates, and another object has its value`,
      )
    if (template.former && index === `${partitionName(template.stored)}_pkey`) {
      const key = template.key.map(({ name }) => name)
      return refuse(
        [],
        `newer templates identify these objects by ${key.join(' and ')}, and another object has the same`,
      )
    }
  }
  return undefined
}

function refuse(path: readonly string[], message: string): GraphQLError {
  return createIssueError({
    path: ['input', ...path],
    code: 'UNIQUE_CONFLICT',
    message: `${message}; choose another value.`,
  })
}
