import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPersonName } from './person-name.ts';

test('names of people are names', () => {
  const names = [
    ...[
      'Ana',
      'Ana Pérez',
      'José María de la Cruz',
      'O’Neill',
      "D'Arcy",
      'Anne-Marie',
      '李小龙',
      'Нина',
      'محمد',
      'Ali\u200Cpour',
    ],
    ...[
      'Dr. Müller',
      'J.R.R. Tolkien',
      'St.John Smith',
      'Ma.Teresa',
      'Sammy Davis Jr.',
      'Ph.D. Smith',
      'Smith, J.',
      'R.U.',
      'W.E.B. Du Bois',
    ],
    ...[
      'Ana & Bea',
      'Müller GmbH & Co. KG',
      'Group 4/5',
      'Class 3.2',
      'No. 7',
      'Ana (2 adults)',
      'ana@example.com',
      'Comcast',
      'net worth',
    ],
  ];
  for (const name of names) assert.ok(isPersonName(name), name);
});

test('addresses of web pages are not', () => {
  const addresses = [
    ...[
      'http://evil.example/pay',
      'You won! https://x.y',
      'Ana www.evil.test',
      'evil.com',
      'Ana evil.COM now',
      'bit.ly/2x',
      'Pay at evil.example/pay',
    ],
    ...[
      'a.b.evil.org.',
      'evil.community/win',
      'xn--80ak6aa92e.com',
      'evil。com',
      'evil．com',
      'ev\u00ADil.com',
      'evil.\u200Bcom',
      'hxxp://evil',
      '192.0.2.7/pay',
    ],
    ...['ｅｖｉｌ.ｃｏｍ', 'бесплатно.com', 'evil.shop?x=1', 'HTTP:evil', 'tickets.evil.ru:8080'],
  ];
  for (const text of addresses) assert.ok(!isPersonName(text), text);
});

test('more than a line is none', () => {
  for (const text of ['Ana\nPay', 'Ana\r\nPay', 'Ana\u2028Pay', 'Ana\tPay', 'Ana\u0007', 'Ana\u202Egnp']) {
    assert.ok(!isPersonName(text), JSON.stringify(text));
  }
});
