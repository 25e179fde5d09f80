/** The output of the build for a file: its content as a string, bundled and minified for browsers. */
declare module 'browser:*' {
  export const text: string;
}
