import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailFault } from './check-contact.ts';

test('addresses that can be ones are taken as they are', () => {
  for (const mail of ['ana@example.com', ' ana@example.com ', 'a.b+c@mail.example.co.uk', 'jörg@bücher.de']) {
    assert.equal(mailFault(mail), null, mail);
  }
});

test('what was probably meant is proposed', () => {
  assert.deepEqual(mailFault('ana@example,com'), { fault: 'comma', repaired: 'ana@example.com' });
  assert.deepEqual(mailFault('ana@gmial.com'), { fault: 'domain', repaired: 'ana@gmail.com' });
  assert.deepEqual(mailFault('ana gmail.com'), { fault: 'space' });
  assert.deepEqual(mailFault('ana @example.com'), { fault: 'space', repaired: 'ana@example.com' });
  assert.deepEqual(mailFault('ana.gmail.com'), { fault: 'noAt', repaired: 'ana@gmail.com' });
  assert.deepEqual(mailFault('ana.example.com'), { fault: 'noAt' });
});

test('what is no address says so', () => {
  assert.deepEqual(mailFault(''), { fault: 'missing' });
  assert.deepEqual(mailFault('ana@example'), { fault: 'form' });
  assert.deepEqual(mailFault('ana@.com'), { fault: 'form' });
});
