import { parse } from 'node:querystring';

/** The parameters of a query. One that is empty is as good as none, as forms send what nobody has filled in. */
export function readQuery(text: string): Record<string, unknown> {
  if (text === '') return {};
  const query: Record<string, unknown> = parse(text);
  for (const [name, value] of Object.entries(query)) {
    const filled = Array.isArray(value) ? value.filter((each) => each !== '') : value;
    if (filled === '' || (Array.isArray(filled) && filled.length === 0)) delete query[name];
    else if (Array.isArray(filled)) query[name] = filled.length === 1 ? filled[0] : filled;
  }
  return query;
}
