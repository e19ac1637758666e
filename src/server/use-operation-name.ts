import { getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { ServerContext } from './server-context.ts'

/** Records for the log which operation ran: by its name in the valid document, not by the name in the request. */
export function useOperationName(): Plugin<ServerContext> {
  return {
    onExecute({ args, context }) {
      const name = getOperationAST(args.document, args.operationName)?.name?.value
      if (name !== undefined) (context as ServerContext).operation = name
    },
  }
}
