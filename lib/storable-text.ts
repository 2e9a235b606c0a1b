/** A text as databases and JSON take it: without NUL, and without halves of characters that were cut. */
export const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed()
