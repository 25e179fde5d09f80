/** Syntax of header names and methods: RFC 9110, 5.6.2. */
export const token: RegExp = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Characters that would end or cut off the value of a header. */
export const lineBreaks: RegExp = /[\r\n\0]/;
