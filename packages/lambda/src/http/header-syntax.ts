/** The form of a header's name and of a method: RFC 9110, 5.6.2. */
export const token: RegExp = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Characters that would end a header's value, or cut it off. */
export const lineBreaks: RegExp = /[\r\n\0]/;
