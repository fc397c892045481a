import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

declare const madeOf: unique symbol;

/**
 * JSON as it goes out, with the type of what it was made of, so that a route can only send what its schema says. Without
 * a type of its own it is any text or buffer.
 */
export type Json<Form extends string | Buffer, Body> = Form & { readonly [madeOf]?: Body };

/** `JSON.stringify`, which remembers what it was made of. */
export function toJson<Body>(body: Body): Json<string, Body> {
  return JSON.stringify(body);
}

/** The bytes of {@link toJson}. */
export function toJsonBytes<Body>(body: Body): Json<Buffer, Body> {
  return Buffer.from(toJson(body));
}

/** The reply of a route whose schema asks for `Body`. A handler's own reply is one. */
export type ReplyTo<Body> = FastifyReply & { readonly send: (body: Body) => unknown };

/** Sends JSON that is written already. */
export function sendJson<Body>(reply: ReplyTo<Body>, text: Json<string, Body>): FastifyReply {
  const ready: FastifyReply = reply;
  return ready.type('application/json; charset=utf-8').send(text);
}

/** Sends values as they come, each as a line of JSON. */
export function sendLines<Line>(reply: ReplyTo<Line>, lines: AsyncIterable<Line>): FastifyReply {
  const ready: FastifyReply = reply;
  return ready.type('application/x-ndjson').send(Readable.from(toLines(lines)));
}

async function* toLines(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const value of values) yield `${toJson(value)}\n`;
}

/**
 * An answer as ready text, for the hot paths: serialising by schema costs twice what `JSON.stringify` does. It has the type of the body,
 * so a handler may return or send it where its schema asks for that body.
 */
export function readyAnswer<Body>(reply: FastifyReply, body: Body): Body {
  return readyText(reply, toJson(body));
}

/** The same of a text that was written before, which may be a problem. */
export function readyText<Body>(
  reply: FastifyReply,
  text: Json<string, Body>,
  type: 'application/json' | 'application/problem+json' = 'application/json',
): Body {
  reply.type(`${type}; charset=utf-8`);
  // Fastify sends a text as it is; the cast says what it is made of, here and nowhere else.
  return text as unknown as Body;
}
