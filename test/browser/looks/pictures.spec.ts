import { settled } from '../support/look.ts';
import { type LookedAt, pages } from '../support/pages.ts';
import { takePicture } from '../support/picture.ts';
import { expect, test } from '../support/test.ts';

/** The pages whose pictures are compared with the last accepted, and what in them depends on the moment. */
const compared: Readonly<Record<string, readonly string[]>> = {
  home: ['[aria-live] .numeric'],
  'event, seated': ['[role=status]', '[aria-live]'],
  'general admission': [],
  seats: [],
  checkout: ['[role=timer]'],
  paid: ['text=/No\\. /'],
};

const named = new Map<string, LookedAt>(pages.map((page) => [page.name, page]));

for (const [name, changing] of Object.entries(compared)) {
  test(`${name}: looks as it was accepted`, async ({ page, staff, stock }, info) => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(await named.get(name)!.open({ page, staff, stock }));
    await settled(page);
    const { whole, small } = await takePicture(page, changing);
    await info.attach(name, { body: whole, contentType: 'image/png' });
    expect(small).toMatchSnapshot(`${name.replaceAll(/\W+/g, '-')}.png`, { maxDiffPixelRatio: 0.02 });
  });
}
