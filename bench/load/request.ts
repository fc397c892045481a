/** HTTP/1.1 requests as text. Only ASCII: the length is counted in characters. */
export type Headers = Readonly<Record<string, string>>;

export function getRequest(path: string, headers: Headers = {}): string {
  return `GET ${path} HTTP/1.1\r\nHost: bench\r\n${lines(headers)}\r\n`;
}

/** Everything of a POST but its length and body, to be made once: see {@link postRequest}. */
export function postHead(path: string, headers: Headers = {}): string {
  return `POST ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n${lines(headers)}`;
}

/** `extra` are further header lines, each ended by CRLF. */
export function postRequest(head: string, body: string, extra = ''): string {
  return `${head}${extra}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function lines(headers: Headers): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}
