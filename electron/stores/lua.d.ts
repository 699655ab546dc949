/** Vite's `?raw` import: the text of a script, bundled with the code that runs it. */
declare module '*.lua?raw' {
  const source: string;
  export default source;
}
