import type { Plugin } from 'graphql-yoga'
import type { Executor } from '../schema/create-executor.ts'

/** Runs what is no subscription by the registry's own executor. */
export function useExecutor({ execute }: Executor): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(execute)
    },
  }
}
