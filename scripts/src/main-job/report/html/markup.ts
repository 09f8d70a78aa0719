// SPDX-License-Identifier: Apache-2.0
// HTML and SVG as text in which nothing but a template's own text is markup.

/** Markup that may be inserted as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Markup | string | number | readonly Value[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template of markup: inserted text is escaped, inserted markup and lists of it are not. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Markup {
  const text = parts.map((part, i) => (i === 0 ? part : insert(values[i - 1] as Value) + part));
  return new Markup(text.join(''));
}

function insert(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(insert).join('');
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}
