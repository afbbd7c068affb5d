/**
 * A descriptor value of the Ed-Fi namespace.
 *
 * @example descriptor("Term", "Fall Semester") // "uri://ed-fi.org/TermDescriptor#Fall Semester"
 */
export const descriptor = (name: string, code: string): string => `uri://ed-fi.org/${name}Descriptor#${code}`
