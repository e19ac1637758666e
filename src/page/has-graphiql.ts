/** Whether /graphql is GraphiQL for a browser: the server may have it turned off, and then says so in the document. */
export const hasGraphiql = document.documentElement.dataset['graphiql'] !== 'off'
