/** What is wrong, and what to write instead, as two sentences: graphql-js does not end all of its own. */
export function addRemedy(message: string, remedy: string): string {
  return `${message.endsWith('.') || message.endsWith('?') ? message : `${message}.`} ${remedy}`
}
