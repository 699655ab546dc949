/**
 * A step of the build: a catalog imported as `….json?compiled` arrives as the messages Lingui's own compiler made of it. The screen
 * then carries no compiler, and a sentence with a mistake in its syntax stops the build.
 */
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';

const CATALOG = /\/i18n\/[\w-]+\.json\?compiled$/;

/** The plugin, for the builder and the test runner alike. */
export function compiledCatalogs() {
  return {
    name: 'compiled-catalogs',
    enforce: 'pre',
    transform(source: string, id: string): { readonly code: string; readonly map: null } | null {
      return CATALOG.test(id) ? { code: `export default ${JSON.stringify(compiled(source))};`, map: null } : null;
    },
  } as const;
}

function compiled(source: string): Readonly<Record<string, unknown>> {
  const catalog = JSON.parse(source) as Readonly<Record<string, string>>;
  return Object.fromEntries(Object.entries(catalog).map(([id, message]) => [id, compileMessageOrThrow(message)]));
}
