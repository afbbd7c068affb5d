/** The content type of request bodies. */

/** `application/json; charset=utf-8`, `text/json`, `application/vnd.ed-fi.student.x.writable+json`; not if it is missing. */
export const isJsonType = (contentType: string | undefined): boolean =>
  /^[^;\s]+[/+]json\s*(;|$)/i.test(contentType?.trim() ?? "")
