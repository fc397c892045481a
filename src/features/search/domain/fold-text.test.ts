import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldText, wordLengthMax, wordsOfTerm, wordsOfText } from './fold-text.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());

test('case, accents, ligatures and width do not matter', () => {
  assert.equal(foldText('BJÖRK'), 'bjork');
  assert.equal(foldText('Sinfónica de Tenerife'), 'sinfonica de tenerife');
  assert.equal(foldText('Straße Œuvre Łódź Ørsted ＡＢＣ'), 'strasse oeuvre lodz orsted abc');
  assert.equal(foldText('İstanbul ISPARTA ıspanak'), 'istanbul isparta ispanak');
  assert.equal(foldText('Ελλάς ΕΛΛΆΣ'), 'ελλασ ελλασ');
  assert.equal(foldText('مُحَمَّد'), foldText('محمد'));
});

test('marks that are vowels and voices of other scripts stay', () => {
  assert.notEqual(foldText('が'), foldText('か'));
  assert.notEqual(foldText('हिंदी'), foldText('हद'));
});

test('folding twice changes nothing', () => {
  fc.assert(fc.property(anyText, (text) => assert.equal(foldText(foldText(text)), foldText(text))));
});

test('a text and its upper case fold to the same words', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zäöüßéñçøåłœæ '.-]{0,40}$/), (text) => {
      assert.deepEqual(wordsOfTerm(text.toUpperCase(), 50), wordsOfTerm(text, 50));
    }),
  );
});

test('words hold only letters, digits, marks and pictures, are short, and appear once', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const words of [wordsOfText(text, 50), wordsOfTerm(text, 50)]) {
        assert.ok(words.length <= 50);
        assert.equal(new Set(words).size, words.length);
        for (const word of words) {
          assert.match(word, /^(?:[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic})$/u);
          assert.ok([...word].length <= wordLengthMax);
          assert.ok(word.isWellFormed());
        }
      }
    }),
  );
});

test('every word of a term is among the words of a text that is that term', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const indexed = new Set(wordsOfText(text, 100_000));
      for (const word of wordsOfTerm(text, 100_000)) assert.ok(indexed.has(word), word);
    }),
  );
});

test('compounds are found in parts and joined', () => {
  const words = wordsOfText("AC/DC, O'Brien and Jay-Z don't", 50);
  for (const word of ['ac', 'dc', 'acdc', 'o', 'brien', 'obrien', 'jayz', 'dont'])
    assert.ok(words.includes(word), word);
});

test('writing without spaces is found by a part of it', () => {
  const words = wordsOfText('東京ジャズ祭', 100);
  for (const term of ['東京', 'ジャズ', '祭']) {
    for (const word of wordsOfTerm(term, 10)) assert.ok(words.includes(word), word);
  }
});

test('signs alone are no words', () => {
  assert.deepEqual(wordsOfTerm(`'":*&|!()<->%_\\\0 `, 10), []);
  assert.deepEqual(wordsOfTerm('🎸', 10), ['🎸']);
});
