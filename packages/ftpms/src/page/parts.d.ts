/** What the build makes of a file: its text, bundled and minified for browsers. */
declare module 'browser:*' {
  export const text: string;
}
