import { type Binding, bindValue, isOpen } from '../plan/open-value.ts'
import type { Statement } from './sql.ts'

/** The statement with its open values filled. Throws if a value is invalid. */
export function bindStatement(statement: Statement, binding: Binding): Statement {
  if (!statement.values.some(isOpen)) return statement
  return {
    text: statement.text,
    values: statement.values.map((value) => bindValue(value, binding)),
  }
}
