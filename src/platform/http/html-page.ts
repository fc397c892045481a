import { createHash } from 'node:crypto';
import { escapeHtml } from '../../kernel/html.ts';

/** A page of ours, whole, with the headers that let it do nothing but what it is there for. */
export interface HtmlPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const style = `
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
ul{list-style:none;padding:0}.card{border:1px solid #8888;border-radius:.5rem;padding:.75rem 1rem;margin:.75rem 0}
.code{font:700 1.3rem/1.6 ui-monospace,monospace;letter-spacing:.05em;overflow-wrap:anywhere}
.gone{opacity:.75}.gone .code{text-decoration:line-through}.quiet{font-size:.9rem}
.notice{border-left:.3rem solid;padding:.25rem .75rem}
form{display:grid;gap:.9rem;max-width:24rem;margin:1rem 0}form[hidden]{display:none}
label{display:grid;gap:.2rem}input{font:inherit;padding:.5rem;width:100%;box-sizing:border-box}
button,summary{font:inherit;cursor:pointer;min-height:2.75rem}button{padding:0 1rem}summary{display:list-item;line-height:2.75rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1rem 0}dd{margin:0;overflow-wrap:anywhere}
`;

const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/**
 * A page for people, rendered here: one style, named by its hash, no script, and nothing fetched. `main` is HTML; whoever makes
 * it escapes what others have written. Its address may be a key, so it is kept nowhere and sent to nobody else; our own forms
 * send it to us, or a browser could not say that they are ours.
 */
export function htmlPage({ title, main }: { readonly title: string; readonly main: string }): HtmlPage {
  return {
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main>${main}</main></body></html>
`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-store',
      'referrer-policy': 'same-origin',
      'content-security-policy': `default-src 'none'; style-src ${styleHash}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    },
  };
}

/** Whether a request wants a page: a browser that follows a link says so first. */
export function wantsPage({ headers }: { readonly headers: { readonly accept?: string | undefined } }): boolean {
  const [html, json] = ['text/html', 'application/json'].map((type) => headers.accept?.indexOf(type) ?? -1);
  return html! >= 0 && (json! < 0 || html! < json!);
}
