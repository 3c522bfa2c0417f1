/**
 * A text of Node with OpenSSL's own words alone in it.
 *
 * @example opensslWords("write EPROTO 80:error:0A00010B:SSL routines:get:wrong version number:../a.c:350:\n");
 * // "write EPROTO wrong version number"
 */
export function opensslWords(text: string): string {
  return text.replace(/(?:[0-9A-F]+:)?error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)(:.*)?$/s, "$1");
}
