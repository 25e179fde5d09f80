/** Markup that is known to be safe. Only {@link html} creates it, and escapes every value in it. */
export interface Markup {
  readonly markup: string;
}

type Value = Markup | readonly Markup[] | string | number | undefined | false;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Creates markup. Every value that is not markup is escaped as text; `undefined` and `false` become nothing. Attributes must be quoted. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return { markup: parts.reduce((text, part, index) => text + written(values[index - 1]) + part) };
}

/** JSON for a `<script type="application/json">`. Nothing in it ends the element or a line. */
export function json(value: unknown): Markup {
  return { markup: JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`) };
}

/** The content of a file of this package, unchanged. */
export const verbatim = (text: string): Markup => ({ markup: text });

function written(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
  return Array.isArray(value) ? value.map(({ markup }) => markup).join('') : (value as Markup).markup;
}
