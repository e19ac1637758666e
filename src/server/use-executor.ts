import type { Plugin } from 'graphql-yoga'
import type { Executor } from '../schema/create-executor.ts'

/** Runs queries and mutations with the registry's own executor. */
export function useExecutor({ execute }: Executor): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(execute)
    },
  }
}
