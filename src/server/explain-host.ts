/** Why a request to this name is refused with 421, and what to do. */
export function explainHost(host: string): string {
  return `This server does not answer to the name "${host}". Use one of its names, such as localhost, or add this name to the setting ALLOWED_HOSTS.\n`
}
