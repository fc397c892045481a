import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { checkMessages } from './check-messages.ts';

const message = (topic: string, payload: unknown) => ({ messageId: randomUUID(), topic, payload });

describe('messages that are delivered', () => {
  test('have the form of their topic, and may say more', () => {
    const changes = [{ ticketTypeId: 1, available: -1 }];
    checkMessages([
      message('inventory.changed', { eventId: 7, changes, more: 1 }),
      message('inventory.changed', { eventId: 7, changes: [] }),
      message('of another service', 'anything'),
      message('constructor', 'anything'),
    ]);
  });

  test('that break the schema are refused with the place of the fault, and not with what they say', () => {
    const link = 'https://example.org/reset#secret';
    const facts = { link, expiresAt: 'tomorrow, secret' };
    const mail = { cause: 'c', kind: 'reset-password', organizerId: 1, to: 'x', facts };
    for (const bad of [message('mail.requested', mail), message('inventory.changed', { eventId: 7 })]) {
      assert.throws(
        () => checkMessages([message('inventory.changed', { eventId: 7, changes: [] }), bad]),
        ({ message: said }: Error) => {
          assert.match(said, /^A message of (mail\.requested|inventory\.changed) breaks its schema: \S/);
          assert.doesNotMatch(said, /secret|tomorrow/);
          return true;
        },
      );
    }
  });
});
