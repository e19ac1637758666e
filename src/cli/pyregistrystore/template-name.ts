/** `VmImage` → `vm_image`: the name of the template of a class. */
export function toTemplateName(className: string): string {
  return className
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .toLowerCase()
    .replace(/^_+/, '')
    .replace(/__+/g, '_')
}
